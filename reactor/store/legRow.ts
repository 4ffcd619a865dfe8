import { sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import { leg } from "./schema/index.ts";

type LegRow = Omit<
  typeof leg.$inferSelect,
  "lane" | "dueAtMs" | "wokenAtMs" | "leaseHolder" | "leaseUntilMs" | "failures"
>;

/** `waitsForEndOf` of a stored row, also of a payout that a program of before stored without where its money comes from. */
export const WAITS_FOR_END_OF = sql`coalesce(${leg.source}, case ${leg.kind} when 'payout' then 'custody' else 'deposit' end)`;

/** A stored row as the heart knows it. Whether it fits its state is for `decide` to refuse: one misfit holds up no other. */
export function toLeg(row: LegRow): Leg {
  const { id, paymentId, kind, state, reviewFrom, version, generation } = row;
  const { amountCentavos, carried, enteredAtMs, deadlineAtMs, reason } = row;
  const place = { id, paymentId, kind, state, reviewFrom, version, generation };
  // A program of before, which may still run beside this one, stores a payout without: the seller's, out of custody.
  const source = row.source ?? (kind === "payout" ? "custody" : null);
  const payee = row.payee ?? (kind === "payout" ? "seller" : null);
  return { ...place, amountCentavos, source, payee, carried, enteredAtMs, deadlineAtMs, reason };
}
