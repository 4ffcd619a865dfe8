import { sql } from "drizzle-orm";
import { codeOf } from "../codeOf.ts";
import type { Database, Queryable } from "../database.ts";

/** Postgres' code for a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * A wait for a table shorter than the second after which Postgres looks for a deadlock ends by our giving up, and never by a
 * payment's transaction being ended for ours.
 */
const SHORT_WAIT = sql.raw("set local lock_timeout = '500ms'");

/** Does something to a table that all write, in one transaction that waits half a second for each lock. @throws what Postgres says. */
export function inShortWait<T>(db: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(SHORT_WAIT);
    return work(tx);
  });
}

/** The same, again until it gets its locks: between two tries whoever waits behind it gets its turn. @throws what Postgres says at the last. */
export async function inShortWaits<T>(db: Database, tries: number, work: (tx: Queryable) => Promise<T>): Promise<T> {
  for (let left = tries - 1; ; left--) {
    try {
      return await inShortWait(db, work);
    } catch (error) {
      if (left === 0 || codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
    await db.execute(sql`select pg_sleep(0.3)`);
  }
}
