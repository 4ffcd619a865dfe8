import { type Leg, refuseMisfit } from "../payments/leg.ts";
import type { leg } from "./schema/index.ts";

type LegRow = typeof leg.$inferSelect;

/** A stored row as the heart knows it. @throws Error when the row does not fit its state. */
export function toLeg(row: LegRow): Leg {
  const { id, paymentId, kind, state, reviewFrom, version, generation } = row;
  const { amountCentavos, carried, enteredAtMs, deadlineAtMs, reason } = row;
  const read: Leg = {
    id,
    paymentId,
    kind,
    state,
    reviewFrom,
    version,
    generation,
    amountCentavos,
    carried,
    enteredAtMs,
    deadlineAtMs,
    reason,
  };
  refuseMisfit(read);
  return read;
}
