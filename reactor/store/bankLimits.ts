import { and, gte, notInArray, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { isOfAccount } from "./lanes.ts";
import { payment } from "./schema/index.ts";

/** What the bank lets an account move, centavos: in one operation, and in a day of Mexico's. Null: no limit is known. */
export type BankLimits = Readonly<{ operationCentavos: bigint | null; dayCentavos: bigint | null }>;

/** Taken by whoever adds to a day's sum, so that two payments cannot both find the last place free. */
export const DAY_LOCK = "bank_day";

/**
 * Which limit of the bank's a new payment would pass: its deposit is one operation, and is counted on the day on which it is
 * created, with all others to its account of that day that were not called off. Null: none.
 */
export async function findBankLimit(
  tx: Queryable,
  { account, amountCentavos }: Readonly<{ account: string; amountCentavos: bigint }>,
  { operationCentavos, dayCentavos }: BankLimits,
): Promise<"over_bank_operation" | "over_bank_day" | null> {
  if (operationCentavos !== null && amountCentavos > operationCentavos) return "over_bank_operation";
  if (dayCentavos === null) return null;
  const today = sql`date_trunc('day', now() at time zone 'America/Mexico_City') at time zone 'America/Mexico_City'`;
  const [row] = await tx
    .select({ centavos: sql<string>`coalesce(sum(${payment.amountCentavos}), 0)::text` })
    .from(payment)
    .where(
      and(
        isOfAccount(payment.lane, account),
        gte(payment.createdAtMs, today),
        notInArray(payment.status, ["cancelled", "expired"]),
      ),
    );
  return BigInt(row?.centavos ?? "0") + amountCentavos > dayCentavos ? "over_bank_day" : null;
}
