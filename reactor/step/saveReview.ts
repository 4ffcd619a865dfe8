import { applyReview } from "../payments/apply.ts";
import type { Leg } from "../payments/leg.ts";
import type { StoredEvent } from "../store/appendEvent.ts";
import type { Transaction } from "../store/port.ts";

/** Hands a leg to a person, with one Spanish sentence that says why. */
export async function saveReview(tx: Transaction, leg: Leg, why: string): Promise<readonly StoredEvent[]> {
  if (!(await tx.saveLeg(applyReview(leg)))) return [];
  const { id: legId, paymentId } = leg;
  return tx.appendEvents([
    { paymentId, legId, type: "en_revision", data: { why, from: leg.state }, actor: "kustodia" },
  ]);
}
