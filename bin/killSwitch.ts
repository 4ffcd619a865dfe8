import { parseArgs } from "node:util";
import { type KillSwitch, killSwitchAt } from "./operate/killSwitchAt.ts";
import { localState } from "./operate/localState.ts";

/**
 * `node --import tsx bin/killSwitch.ts status | pull "reason" --person X | lift "reason" --person A --person B`: reads,
 * pulls or lifts the kill switch through the API of the running system. `--api URL` names another than this folder's;
 * its key is then `API_KEY`. `--up-to ID` lifts what status showed up to that line, and leaves what came later.
 */
const USAGE = `Uso / Usage:
  node --import tsx bin/killSwitch.ts status
  node --import tsx bin/killSwitch.ts pull "motivo / reason" --person NOMBRE
  node --import tsx bin/killSwitch.ts lift "motivo / reason" --person NOMBRE --person OTRO [--up-to ID]
  [--api URL, con API_KEY en el entorno / with API_KEY in the environment]`;

async function operate(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      person: { type: "string", multiple: true, default: [] },
      "up-to": { type: "string" },
      api: { type: "string" },
    },
    allowPositionals: true,
  });
  const [verb, reason = ""] = positionals;
  const [person = "", other = ""] = values.person;
  const door = killSwitchAt(values.api ?? localState().placeOf("API"), process.env.API_KEY || localState().apiKey());
  const upTo = values["up-to"] === undefined ? undefined : Number(values["up-to"]);
  if (verb === "status") return tell(await door.status());
  if (verb === "pull" && values.person.length === 1) return tell(await door.pull(reason, person));
  if (verb === "lift" && values.person.length === 2) return tell(await door.lift(reason, [person, other], upTo));
  throw new Error(USAGE);
}

function tell({ killed, history }: KillSwitch): void {
  console.log(
    killed
      ? "Salidas de dinero: DETENIDAS / Outgoing money: STOPPED"
      : "Salidas de dinero: abiertas / Outgoing money: on",
  );
  for (const { id, why, pulled_by, pulled_at, lifted_by, lift_reason, lifted_at } of history) {
    console.log(`${lifted_at === null ? "⛔" : "  "} ${id}  ${pulled_at}  ${pulled_by}: ${why}`);
    if (lifted_by) console.log(`      ${lifted_at}  ${lifted_by.join(", ")}: ${lift_reason}`);
  }
}

try {
  await operate();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
