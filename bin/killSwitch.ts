import { parseArgs } from "node:util";
import { type KillSwitch, killSwitchAt } from "./operate/killSwitchAt.ts";
import { localState } from "./operate/localState.ts";

/**
 * `npm run kill-switch -- status | pull "reason" | lift "reason" | confirm HASH`: reads or pulls the kill switch through
 * the API of the running system, plans its lifting, or confirms what another person planned. Who acts is said by the key:
 * `API_KEY`, or this folder's own. `--api URL` names another system than this folder's. `--up-to ID` lifts what status
 * showed up to that line, and leaves what came later.
 */
const USAGE = `Uso / Usage, con la llave de cada quien en API_KEY / with each person's key in API_KEY:
  npm run kill-switch -- status
  npm run kill-switch -- pull "motivo / reason"
  npm run kill-switch -- lift "motivo / reason" [--up-to ID]
  npm run kill-switch -- confirm HASH
  [--api URL]`;

async function operate(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { "up-to": { type: "string" }, api: { type: "string" } },
    allowPositionals: true,
  });
  const [verb, word] = positionals;
  const door = killSwitchAt(values.api ?? localState().placeOf("API"), process.env.API_KEY || localState().apiKey());
  const upTo = values["up-to"] === undefined ? undefined : Number(values["up-to"]);
  if (verb === "status") return tell(await door.status());
  if (word === undefined) throw new Error(USAGE);
  if (verb === "pull") return tell(await door.pull(word));
  if (verb === "lift") {
    const { hash, plan } = await door.lift(word, upTo);
    console.log(`${plan.es}\n${plan.en}\nOtra persona lo confirma / Another person confirms it:`);
    console.log(`  npm run kill-switch -- confirm ${hash}`);
  } else if (verb === "confirm") {
    const { plan } = await door.confirm(word);
    console.log(`Hecho: ${plan.es}\nDone: ${plan.en}`);
  } else throw new Error(USAGE);
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
