import { asItStood } from "../../../reactor/payments/apply.ts";
import type { Facts } from "../../../reactor/payments/facts.ts";
import { saveMove } from "../../../reactor/step/saveDecision.ts";
import { toLeg } from "../../../reactor/store/legRow.ts";
import { beginLife } from "../life.ts";
import type { World } from "../world.ts";

/** Persons stand on no reactor's lease, and read the bank by nobody's start. */
const NO_REACTOR = 0;

/**
 * Two persons move a leg by an outcome of its own row, out of review where it is there, as reactor/http/operations do: saved
 * as the machine saves its own moves, if nobody was first.
 * @param agreed what the two have agreed on beside.
 */
export async function moveByTwo(
  world: World,
  legId: number,
  outcome: string,
  agreed: (facts: Facts) => Facts = (facts) => facts,
): Promise<void> {
  const { books, clock, fleet, people, note } = world;
  const store = world.openStore(beginLife(clock.sleep, () => undefined));
  const row = books.legs.get(legId);
  if (row === undefined) throw new Error(`There is no leg ${legId}.`);
  const leg = row.state === "review" ? asItStood(toLeg(row)) : toLeg(row);
  const nowMs = await store.databaseNowMs();
  const facts = (await store.loadFacts([leg], { ...world.facts, holder: NO_REACTOR }, nowMs)).get(legId);
  if (facts === undefined) throw new Error(`No facts were loaded for leg ${legId}.`);
  people.moved.add(`${legId}.${leg.version}`);
  const events = await store.transaction((tx) =>
    saveMove(tx, leg, agreed(facts), { kind: "move", outcome, evidence: { reason: "simulated" } }, "Ana, Beto"),
  );
  for (const { paymentId, es } of events) note(`payment ${paymentId ?? "-"}: ${es} (Ana, Beto)`);
  fleet.rota.lookAt(clock.nowMs());
}
