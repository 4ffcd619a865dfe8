import { asc, gt, max, sql } from "drizzle-orm";
import type { StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { EVENT_COLUMNS, event } from "./schema/index.ts";

/** A number that is missing, and the first transaction that began too late to bring it. */
type Gap = Readonly<{ id: number; before: bigint }>;
/** What is sure to be in order, and what is missing behind it. */
export type FeedPage = Readonly<{ events: readonly StoredEvent[]; gap: Gap | null }>;

/** The number of the newest event, 0 before the first. */
export async function newestEventId(db: Queryable): Promise<number> {
  const [row] = await db.select({ id: max(event.id) }).from(event);
  return row?.id ?? 0;
}

/**
 * Events after `after`, oldest first, up to the first missing number: numbers are drawn before they are committed, so a
 * lower one may appear after a higher one has been read.
 * @param known the last page's gap; it is passed over once every transaction that could bring it has ended.
 */
export async function readFeed(
  db: Queryable,
  { after, limit, known }: { after: number; limit: number; known: Gap | null },
): Promise<FeedPage> {
  // Asked before the rows are read: what had ended by then is among them.
  const ended = known === null ? null : (await openTransactions(db)).oldest;
  const found = await db
    .select(EVENT_COLUMNS)
    .from(event)
    .where(gt(event.id, after))
    .orderBy(asc(event.id))
    .limit(limit);
  let expected = after + 1;
  for (const [index, { id }] of found.entries()) {
    const isKnown = known !== null && known.id === expected;
    const isOver = isKnown && ended !== null && ended >= known.before;
    if (id !== expected && !isOver) {
      // Asked after the rows are read: whoever begins later draws a higher number than the one that was read.
      const gap = isKnown ? known : { id: expected, before: (await openTransactions(db)).next };
      return { events: found.slice(0, index), gap };
    }
    expected = id + 1;
  }
  return { events: found, gap: null };
}

/** The oldest transaction that is open, and the next one that will begin. */
async function openTransactions(db: Queryable): Promise<Readonly<{ oldest: bigint; next: bigint }>> {
  const { rows } = await db.execute<{ oldest: string; next: string }>(sql`
    select pg_snapshot_xmin(now.snapshot)::text as oldest, pg_snapshot_xmax(now.snapshot)::text as next
    from (select pg_current_snapshot() as snapshot) now`);
  const [row] = rows;
  if (row === undefined) throw new Error("Postgres told no snapshot.");
  return { oldest: BigInt(row.oldest), next: BigInt(row.next) };
}
