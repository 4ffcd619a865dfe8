import { and, eq, gt, inArray, ne, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { PAID_OUT, transfer } from "./schema/books.ts";

/** Centavos that left or are leaving the bank for others within the last hour and the last day, other than this leg's own. */
export async function outflowCentavos(tx: Queryable, exceptLegId: number): Promise<{ hour: bigint; day: bigint }> {
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
        ne(transfer.legId, exceptLegId),
        gt(transfer.createdAtMs, sql`now() - interval '1 day'`),
      ),
    );
  return { hour: BigInt(row?.hour ?? "0"), day: BigInt(row?.day ?? "0") };
}
