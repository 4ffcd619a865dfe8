import { and, eq, gt, inArray, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { PAID_OUT, transfer } from "./schema/books.ts";

/** Centavos. */
export type Outflow = Readonly<{ hour: bigint; day: bigint }>;

/** What left or is leaving the bank for others within the last hour and the last day. A payout that came back and is paid again left twice. */
export async function outflowCentavos(tx: Queryable): Promise<Outflow> {
  const sumSince = (interval: string) =>
    sql<string>`coalesce(sum(${transfer.amountCentavos}) filter (where ${transfer.createdAtMs} > now() - ${interval}::interval), 0)`;
  const [row] = await tx
    .select({ hour: sumSince("1 hour"), day: sumSince("1 day") })
    .from(transfer)
    .where(
      and(
        eq(transfer.from, "juno"),
        inArray(transfer.to, [...PAID_OUT]),
        inArray(transfer.state, ["pending", "posted"]),
        gt(transfer.createdAtMs, sql`now() - interval '1 day'`),
      ),
    );
  return { hour: BigInt(row?.hour ?? "0"), day: BigInt(row?.day ?? "0") };
}
