import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/** Longest that a frozen process may hold a row, and that a query may run, ms; half a minute each is a pooler's own mistake. */
const LONGEST_MS = 30_000;

/**
 * A pooler takes no settings from a program, so the sessions that it opens must have these two by themselves. Without them a
 * frozen reactor would hold its rows for ever.
 * @throws Error with a sentence, and what mends it.
 */
export async function refuseEndlessPooler(db: Queryable): Promise<void> {
  const { rows } = await db.execute<{ name: string; ms: string }>(sql`
    select name, setting as ms from pg_settings
    where name in ('idle_in_transaction_session_timeout', 'statement_timeout')`);
  const endless = rows.filter(({ ms }) => Number(ms) === 0 || Number(ms) > LONGEST_MS).map(({ name }) => name);
  if (endless.length === 0) return;
  throw new Error(
    `DATABASE_URL pasa por un pooler cuyas sesiones no tienen ${endless.join(" ni ")}: póngalos en su connect_query, o con alter role.\n` +
      `DATABASE_URL goes through a pooler whose sessions have no ${endless.join(" and no ")}: set them in its connect_query, or by alter role. See DEPLOYMENT.md.`,
  );
}
