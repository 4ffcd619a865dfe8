import { applyReview } from "../payments/apply.ts";
import type { Leg } from "../payments/leg.ts";
import { appendEvents, type StoredEvent } from "../store/appendEvent.ts";
import type { Queryable } from "../store/database.ts";
import { saveLeg } from "../store/saveLeg.ts";

/** Hands a leg to a person, with one Spanish sentence that says why. */
export async function saveReview(tx: Queryable, leg: Leg, why: string): Promise<readonly StoredEvent[]> {
  if (!(await saveLeg(tx, applyReview(leg)))) return [];
  const { id: legId, paymentId } = leg;
  return appendEvents(tx, [
    { paymentId, legId, type: "en_revision", data: { why, from: leg.state }, actor: "kustodia" },
  ]);
}
