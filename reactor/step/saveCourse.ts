import type { Decided } from "../payments/courseOf.ts";
import type { Leg } from "../payments/leg.ts";
import type { StoredEvent } from "../store/appendEvent.ts";
import type { Transaction } from "../store/port.ts";
import type { Kept } from "../store/saveLeg.ts";
import { saveDecision } from "./saveDecision.ts";
import { allOf, type Saved } from "./saveEach.ts";

/** What follows for a leg in this turn, and then for those that waited for its end. */
export type Course = Readonly<{ leg: Leg; steps: readonly Decided[]; followers: readonly Course[] }>;

/**
 * Saves what a course comes to, one step after the other, and then what follows for those that waited for its end: where somebody
 * was first with one leg, nothing is saved of those that come after it. The result is what is to be performed at the ends of all of them,
 * under the lease, which every move on the way there keeps: one that freed it would leave its order to another turn.
 */
export async function saveCourse(
  tx: Transaction,
  { steps, followers }: Course,
  lease: Kept,
): Promise<Saved<readonly Decided[]>> {
  const events: StoredEvent[] = [];
  const kept = steps.at(-1)?.decision.kind === "perform" ? lease : null;
  for (const one of steps) {
    if (one.decision.kind === "perform") return { events, result: [one] };
    const saved = await saveDecision(tx, one, kept);
    // Somebody was first: what was decided next was decided of a leg that there is not.
    if (saved.length === 0) return { events, result: [] };
    events.push(...saved);
  }
  const after = await allOf(followers, (one) => saveCourse(tx, one, { ...lease, taken: true }));
  return {
    events: [...events, ...after.flatMap((one) => one.events)],
    result: after.flatMap(({ result }) => result),
  };
}
