import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/** No payment's names may be erased sooner after its end (ERASE_AFTER_DAYS): by then nothing that the bank rang of it is left. */
const KEPT_DAYS = 90;
const ROWS_AT_ONCE = 10_000;

/**
 * Forgets the webhooks that the bank sent long ago: they only rang, and may name somebody. The oldest rows are looked at, and
 * never the whole table. @returns how many there were.
 */
export async function forgetWebhooks(db: Queryable): Promise<number> {
  let forgotten = 0;
  while (true) {
    const { rowCount } = await db.execute(sql`
      delete from kustodia.webhook_delivery where id in (
        select id from (select id, received_at from kustodia.webhook_delivery order by id limit ${ROWS_AT_ONCE}) oldest
        where received_at < now() - make_interval(days => ${KEPT_DAYS}))`);
    forgotten += rowCount ?? 0;
    if ((rowCount ?? 0) < ROWS_AT_ONCE) return forgotten;
  }
}
