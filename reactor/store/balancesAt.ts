import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import type { Account } from "./schema/books.ts";

/** What is in an account, centavos: below zero for `buyer`, who stands outside. */
export type Balance = Readonly<{ account: Account; centavos: bigint }>;

/**
 * The balances of all accounts that were ever used, as they were at a past moment or are now. Together they are nothing,
 * always. It starts from the last closing before that moment, so that it costs the same after a year as after a day.
 * @param atMs unix ms; null for now. A moment within the last seconds may still get entries: their transactions run.
 */
export async function balancesAt(db: Queryable, atMs: number | null): Promise<readonly Balance[]> {
  const at = sql`${atMs === null ? "infinity" : new Date(atMs).toISOString()}::timestamptz`;
  const { rows } = await db.execute<{ account: Account; centavos: string }>(sql`
    with closed as (select through, centavos from kustodia.closing where through <= ${at} order by through desc limit 1)
    select account, sum(centavos)::text as centavos from (
      select key as account, value::numeric as centavos from closed, jsonb_each_text(centavos)
      union all
      select account, sum(amount_centavos) from kustodia.entry
        where posted_at > coalesce((select through from closed), '-infinity') and posted_at <= ${at} group by account
    ) known group by account order by account`);
  return rows.map(({ account, centavos }) => ({ account, centavos: BigInt(centavos) }));
}
