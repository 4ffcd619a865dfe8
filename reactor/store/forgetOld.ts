import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/**
 * What only rang, or tells how the program ran, and for how long it is kept, days. The history, the orders and the books are
 * kept for ever. The bank's webhooks may name somebody: no payment's names may be erased sooner after its end
 * (ERASE_AFTER_DAYS), so that by then nothing is left of what it rang. A reading proves what the bank did not list of an order
 * given then, for as long as a person may still look at that order.
 */
const KEPT = [
  { table: "webhook_delivery", at: "received_at", days: 90 },
  { table: "bank_reading", at: "started_at", days: 365 },
  { table: "process_run", at: "started_at", days: 365 },
] as const;
const ROWS_AT_ONCE = 10_000;

/** Forgets what is kept for a time only. The oldest rows are looked at, and never a whole table. @returns how many there were. */
export async function forgetOld(db: Queryable): Promise<number> {
  let forgotten = 0;
  for (const { table, at, days } of KEPT) {
    const [rows, moment] = [sql.raw(`kustodia.${table}`), sql.raw(at)];
    let gone: number;
    do {
      const { rowCount } = await db.execute(sql`
        delete from ${rows} where id in (
          select id from (select id, ${moment} from ${rows} order by id limit ${ROWS_AT_ONCE}) oldest
          where ${moment} < now() - make_interval(days => ${days}))`);
      gone = rowCount ?? 0;
      forgotten += gone;
    } while (gone === ROWS_AT_ONCE);
  }
  return forgotten;
}
