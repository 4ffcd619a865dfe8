import type { Leg } from "../payments/leg.ts";
import type { leg } from "./schema/index.ts";

type LegRow = typeof leg.$inferSelect;

/** A stored row as the heart knows it. Whether it fits its state is for `decide` to refuse: one misfit holds up no other. */
export function toLeg(row: LegRow): Leg {
  const { id, paymentId, kind, state, reviewFrom, version, generation } = row;
  const { amountCentavos, carried, enteredAtMs, deadlineAtMs, reason } = row;
  const place = { id, paymentId, kind, state, reviewFrom, version, generation };
  return { ...place, amountCentavos, carried, enteredAtMs, deadlineAtMs, reason };
}
