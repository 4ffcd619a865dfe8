import type { Decided } from "../payments/courseOf.ts";
import type { StoredEvent } from "../store/appendEvent.ts";
import type { Lease } from "../store/holdLease.ts";
import type { Transaction } from "../store/port.ts";
import { saveDecision } from "./saveDecision.ts";
import type { Saved } from "./saveEach.ts";

/**
 * Saves what a course comes to, one step after the other. The result is what is to be performed at its end, under the lease, which
 * every move on the way there keeps: one that freed it would leave its order to another turn.
 */
export async function saveCourse(
  tx: Transaction,
  steps: readonly Decided[],
  lease: Lease,
): Promise<Saved<Decided | null>> {
  const events: StoredEvent[] = [];
  const kept = steps.at(-1)?.decision.kind === "perform" ? lease : null;
  for (const one of steps) {
    if (one.decision.kind === "perform") return { events, result: one };
    const saved = await saveDecision(tx, one, kept);
    // Somebody was first: what was decided next was decided of a leg that there is not.
    if (saved.length === 0) break;
    events.push(...saved);
  }
  return { events, result: null };
}
