import { desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { seal } from "./schema/index.ts";
import { LOCKS } from "./withLock.ts";

export type Source = "event" | "entry";
/** A value as it is hashed: an amount, a number and a moment are text. */
type Field = string | null | readonly (readonly [string, string])[];
/** A row of the history. @property paymentId 0: of the installation. */
export type SealedRow = Readonly<{ source: Source; rowId: number; paymentId: number; fields: readonly Field[] }>;
export type Seal = Readonly<{
  paymentId: number;
  position: number;
  source: Source;
  rowId: number;
  hash: string;
  previousHash: string;
}>;

/** Microseconds, in UTC: `2026-11-22T18:04:05.123456Z`. */
const moment = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * The fields of each source, in the order in which they are hashed. An event's data are pairs of name and text, by the
 * names' bytes.
 */
const FIELDS = {
  event:
    sql.raw(`jsonb_build_array(event.id::text, event.payment_id::text, event.leg_id::text, event.type, event.es, event.en,
    (select coalesce(jsonb_agg(jsonb_build_array(key, value) order by key collate "C"), '[]') from jsonb_each_text(event.data)),
    event.actor, ${moment("event.at")})`),
  entry: sql.raw(`jsonb_build_array(entry.id::text, entry.transfer_id::text, entry.payment_id::text, entry.leg_id::text,
    entry.account, entry.amount_centavos::text, ${moment("entry.posted_at")})`),
} as const;

/** Holds the sealing until the transaction ends, alone over all reactors: a chain has one end. @returns false when somebody else has it. */
export async function takeSealing(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.execute<{ got: boolean }>(sql`select pg_try_advisory_xact_lock(${LOCKS.sealing}) as got`);
  return rows[0]?.got === true;
}

/**
 * How far behind the newest sealed row of a source one may appear that is not sealed: its transaction ran for as long as
 * others wrote so many. What a transaction brings later still is found by the look at all.
 */
const WINDOW_ROWS = 2_000;

/**
 * Rows without a seal, oldest first, of transactions before which none is open any more: no older row of any payment can
 * appear. A row from a transaction that has not begun yet came with a restored copy of another server: it is old.
 * @param where `recent`: among the newest of each source; `all`: wherever they are.
 */
export async function readUnsealed(
  db: Queryable,
  { where, limit }: { where: "recent" | "all"; limit: number },
): Promise<readonly SealedRow[]> {
  // Told as numbers, so that the planner knows how few rows are above them: of two unknown thirds it reads the tables whole.
  const above = where === "all" ? { event: 0, entry: 0 } : await newestSealed(db);
  const unsealed = (source: Source) => sql`
    select ${source} as source, row.id, row.xact from kustodia.${sql.raw(source)} row, open
    where (xact < open.oldest or xact >= open.next)
      and row.id > ${above[source] - WINDOW_ROWS} and not exists (select from kustodia.seal
        where seal.source = ${source} and seal.row_id = row.id and seal.row_id > ${above[source] - WINDOW_ROWS})`;
  const told = (source: Source) => sql`
    select next.*, coalesce(payment_id, 0) as payment_id, ${FIELDS[source]} as fields
    from next join kustodia.${sql.raw(source)} using (id) where source = ${source}`;
  // Which rows first, and then what they say: a backlog is not written out whole for each of its batches.
  const { rows } = await db.execute<{
    source: Source;
    row_id: string;
    payment_id: number;
    fields: readonly Field[];
  }>(sql`
    with open as materialized (
      select pg_snapshot_xmin(pg_current_snapshot()) as oldest, pg_snapshot_xmax(pg_current_snapshot()) as next),
    next as materialized (
      select * from (${unsealed("entry")} union all ${unsealed("event")}) unsealed order by xact, source, id limit ${limit})
    select source, id::text as row_id, payment_id, fields from (${told("entry")} union all ${told("event")}) told
    order by xact, source, told.id`);
  return rows.map(({ source, row_id, payment_id: paymentId, fields }) => ({
    source,
    rowId: Number(row_id),
    paymentId,
    fields,
  }));
}

/** The newest sealed row of each source; 0 before the first. */
async function newestSealed(db: Queryable): Promise<Readonly<Record<Source, number>>> {
  const of = (source: Source) => sql`(select max(row_id) from kustodia.seal where source = ${source})::text`;
  const { rows } = await db.execute<Record<Source, string | null>>(
    sql`select ${of("event")} as event, ${of("entry")} as entry`,
  );
  return { event: Number(rows[0]?.event ?? 0), entry: Number(rows[0]?.entry ?? 0) };
}

/** How many rows have no seal, in all of the history. */
export async function countUnsealed(db: Queryable): Promise<number> {
  const of = (source: Source) =>
    sql.raw(`(select count(*)::int from kustodia.${source} row where not exists (
      select from kustodia.seal where seal.source = '${source}' and seal.row_id = row.id))`);
  const { rows } = await db.execute<{ count: number }>(sql`select ${of("event")} + ${of("entry")} as count`);
  return rows[0]?.count ?? 0;
}

/** The last seal of each of these payments' chains, by payment; none for a chain that has not begun. */
export async function readSealHeads(
  db: Queryable,
  paymentIds: readonly number[],
): Promise<ReadonlyMap<number, SealHead>> {
  const { rows } = await db.execute<{ payment_id: number; position: number; hash: string }>(sql`
    select wanted.payment_id, head.position, head.hash from unnest(${sql.param([...paymentIds])}::int[]) wanted(payment_id),
      lateral (select position, hash from kustodia.seal where seal.payment_id = wanted.payment_id order by position desc limit 1) head`);
  return new Map(rows.map(({ payment_id, position, hash }) => [payment_id, { position, hash }]));
}

type SealHead = Readonly<{ position: number; hash: string }>;

/** How far a payment's history is sealed: what a receipt shows of it. Null before its first seal, a second or so. */
export async function readSealHead(db: Queryable, paymentId: number): Promise<SealHead | null> {
  const [head] = await db
    .select({ position: seal.position, hash: seal.hash })
    .from(seal)
    .where(eq(seal.paymentId, paymentId))
    .orderBy(desc(seal.position))
    .limit(1);
  return head ?? null;
}

export async function insertSeals(tx: Queryable, seals: readonly Seal[]): Promise<void> {
  if (seals.length === 0) return;
  await tx.execute(sql`
    insert into kustodia.seal (payment_id, position, source, row_id, hash, previous_hash)
    select "paymentId", position, source, "rowId", hash, "previousHash"
    from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) sealed("paymentId" int, position int, source text,
      "rowId" bigint, hash text, "previousHash" text)`);
}

/** A seal beside the row that it seals, as that is now; null when it is gone. */
export type Compared = Seal & Readonly<{ row: SealedRow | null }>;

/** Seals with their rows, by payment and position, from after one place on. */
export async function readSealed(
  db: Queryable,
  after: Readonly<{ paymentId: number; position: number }>,
  limit: number,
): Promise<readonly Compared[]> {
  const { rows } = await db.execute<{
    payment_id: number;
    position: number;
    source: Source;
    row_id: string;
    hash: string;
    previous_hash: string;
    fields: readonly Field[] | null;
  }>(sql`
    select seal.payment_id, position, source, row_id::text, hash, previous_hash,
      case when event.id is not null then ${FIELDS.event} when entry.id is not null then ${FIELDS.entry} end as fields
    from kustodia.seal
      left join kustodia.event on source = 'event' and event.id = row_id
      left join kustodia.entry on source = 'entry' and entry.id = row_id
    where (seal.payment_id, position) > (${after.paymentId}, ${after.position})
    order by seal.payment_id, position limit ${limit}`);
  return rows.map(({ payment_id: paymentId, position, source, row_id, hash, previous_hash: previousHash, fields }) => {
    const rowId = Number(row_id);
    const row = fields && { source, rowId, paymentId, fields };
    return { paymentId, position, source, rowId, hash, previousHash, row };
  });
}
