import { desc, eq, type SQL, sql } from "drizzle-orm";
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
 * names' bytes. Read once and thrown away: as `jsonb` they would be taken apart first, at half as much again.
 */
const FIELDS = {
  event:
    sql.raw(`json_build_array(event.id::text, event.payment_id::text, event.leg_id::text, event.type, event.es, event.en,
    (select coalesce(json_agg(json_build_array(key, value) order by key collate "C"), '[]') from jsonb_each_text(event.data)),
    event.actor, ${moment("event.at")})`),
  entry: sql.raw(`json_build_array(entry.id::text, entry.transfer_id::text, entry.payment_id::text, entry.leg_id::text,
    entry.account, entry.amount_centavos::text, ${moment("entry.posted_at")})`),
} as const;

/** Holds the sealing until the transaction ends, alone over all reactors: a chain has one end. @returns false when somebody else has it. */
export async function takeSealing(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.execute<{ got: boolean }>(sql`select pg_try_advisory_xact_lock(${LOCKS.sealing}) as got`);
  return rows[0]?.got === true;
}

/**
 * How far the history was looked through: the last row of each source; and the oldest transaction that was open when the look
 * began, since what waited for it in one portion must not be overtaken by what a later portion finds free.
 */
export type Place = Readonly<Record<Source, number>> & Readonly<{ oldest?: string }>;
export const BEGINNING_OF_HISTORY: Place = { event: 0, entry: 0 };

/**
 * How far behind the newest sealed row of a source one may appear that is not sealed: its transaction ran for as long as
 * others wrote so many. What a transaction brings later still is found by the look at all.
 */
const WINDOW_ROWS = 2_000;
/** Rows of a source that are looked at in one statement. All of them at once would take longer than a statement may. */
const LOOKED_AT = 10_000;

/** From where on rows may be new: some rows before the newest sealed one of each source. */
export async function recentHistory(db: Queryable): Promise<Place> {
  const of = (source: Source) => sql`(select max(row_id) from kustodia.seal where source = ${source})::text`;
  const { rows } = await db.execute<Record<Source, string | null>>(
    sql`select ${of("event")} as event, ${of("entry")} as entry`,
  );
  const before = (newest: string | null | undefined) => Math.max(0, Number(newest ?? 0) - WINDOW_ROWS);
  return { event: before(rows[0]?.event), entry: before(rows[0]?.entry) };
}

/**
 * The first rows without a seal above a place, oldest first, of transactions before which none is open any more: no older row of
 * any payment can appear. A row from a transaction that has not begun yet came with a restored copy of another server: it is old.
 * @returns them, and from where to look on; null when the end was reached.
 */
export async function readUnsealed(
  db: Queryable,
  above: Place,
  limit: number,
): Promise<Readonly<{ rows: readonly SealedRow[]; next: Place | null }>> {
  const ends = await readEnds(db, above);
  const within = (source: Source, column: SQL) => between(column, above[source], ends[source]);
  const looked = (source: Source) => sql`
    select ${source} as source, id, xact, ${ends[source] !== null}::boolean as cut, not exists (select from kustodia.seal
      where seal.source = ${source} and seal.row_id = row.id and ${within(source, sql`seal.row_id`)}) as unsealed
    from kustodia.${sql.raw(source)} row where ${within(source, sql`row.id`)}`;
  const told = (source: Source) => sql`
    select first.*, coalesce(payment_id, 0) as payment_id, ${FIELDS[source]} as fields
    from first join kustodia.${sql.raw(source)} using (id) where source = ${source}`;
  // What a source has beyond its portion is younger than all in it: the other one must not run ahead of it. Which rows first, and
  // then what they say: a portion is not written out whole for each of its batches.
  const { rows } = await db.execute<{
    source: Source | null;
    row_id: string;
    payment_id: number;
    fields: readonly Field[];
    event: string;
    entry: string;
    oldest: string;
  }>(sql`
    with open as materialized (
      select coalesce(${above.oldest ?? null}::text::xid8, pg_snapshot_xmin(pg_current_snapshot())) as oldest,
        pg_snapshot_xmax(pg_current_snapshot()) as next),
    looked as materialized (${looked("entry")} union all ${looked("event")}),
    bound as materialized (select min(last) as xact from (select max(xact) as last from looked where cut group by source) ended),
    through as (select ${through("event", above)} as event, ${through("entry", above)} as entry from looked, bound),
    first as materialized (
      select source, id, looked.xact from looked, open, bound
      where unsealed and (looked.xact < oldest or looked.xact >= next) and (bound.xact is null or looked.xact <= bound.xact)
      order by looked.xact, source, id limit ${limit})
    select source, told.id::text as row_id, payment_id, fields, through.*, open.oldest::text
    from (through cross join open) left join (${told("entry")} union all ${told("event")}) told on true
    order by xact, source, told.id`);
  const unsealed = rows.flatMap(({ source, row_id, payment_id: paymentId, fields }) =>
    source === null ? [] : [{ source, rowId: Number(row_id), paymentId, fields }],
  );
  const [place] = rows;
  if (place === undefined) throw new Error("The history did not say how far it was looked through.");
  const { oldest, event, entry } = place;
  if (unsealed.length === limit) return { rows: unsealed, next: { ...above, oldest } };
  if (ends.event === null && ends.entry === null) return { rows: unsealed, next: null };
  return { rows: unsealed, next: { event: Number(event), entry: Number(entry), oldest } };
}

/** Up to where all of a source's portion is older than what the other one's portion leaves out. */
const through = (source: Source, above: Place) => sql`coalesce(
  min(id) filter (where source = ${source} and looked.xact > bound.xact) - 1, max(id) filter (where source = ${source}), ${above[source]})::text`;

const SOURCES = ["event", "entry"] as const;

/** Where the portion of each source ends; null: there are fewer rows. */
async function readEnds(db: Queryable, above: Place): Promise<Readonly<Record<Source, number | null>>> {
  const [event, entry] = [await readEnd(db, "event", above.event), await readEnd(db, "entry", above.entry)];
  return { event, entry };
}

async function readEnd(db: Queryable, source: Source, above: number): Promise<number | null> {
  const { rows } = await db.execute<{ last: string }>(sql`
    select id::text as last from kustodia.${sql.raw(source)} where id > ${above} order by id offset ${LOOKED_AT - 1} limit 1`);
  return rows[0] === undefined ? null : Number(rows[0].last);
}

/** Told as numbers, so that the planner knows how few rows these are: of an unknown part it reads the tables whole. */
const between = (column: SQL, above: number, end: number | null) =>
  sql`${column} > ${above}${end === null ? sql`` : sql` and ${column} <= ${end}`}`;

/** How many rows have no seal, in all of the history. */
export async function countUnsealed(db: Queryable): Promise<number> {
  let count = 0;
  for (const source of SOURCES) {
    for (let above: number | null = 0; above !== null; ) {
      const end: number | null = await readEnd(db, source, above);
      const { rows } = await db.execute<{ count: number }>(sql`
        select count(*)::int as count from kustodia.${sql.raw(source)} row
        where ${between(sql`row.id`, above, end)} and not exists (select from kustodia.seal
          where seal.source = ${source} and seal.row_id = row.id and ${between(sql`seal.row_id`, above, end)})`);
      count += rows[0]?.count ?? 0;
      above = end;
    }
  }
  return count;
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

/**
 * A seal beside the row that it seals, as that is now; null when it is gone.
 * @property isArchived that it is gone into a file, with its month.
 */
export type Compared = Seal & Readonly<{ row: SealedRow | null; isArchived: boolean }>;

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
    archived: boolean;
  }>(sql`
    select seal.payment_id, position, source, row_id::text, hash, previous_hash,
      case when event.id is not null then ${FIELDS.event} when entry.id is not null then ${FIELDS.entry} end as fields,
      event.id is null and source = 'event' and exists (
        select from kustodia.archived_month where restored_at is null and row_ids @> row_id) as archived
    from kustodia.seal
      left join kustodia.event on source = 'event' and event.id = row_id
      left join kustodia.entry on source = 'entry' and entry.id = row_id
    where (seal.payment_id, position) > (${after.paymentId}, ${after.position})
    order by seal.payment_id, position limit ${limit}`);
  return rows.map(({ payment_id: paymentId, position, source, row_id, hash, previous_hash: previousHash, ...said }) => {
    const rowId = Number(row_id);
    const row = said.fields && { source, rowId, paymentId, fields: said.fields };
    return { paymentId, position, source, rowId, hash, previousHash, row, isArchived: said.archived };
  });
}

/** A row of a month's table with its seal, null where it has none. @property line both in one line of JSON, for a file. */
export type MonthRow = Readonly<{
  row: SealedRow;
  seal: Omit<Seal, "paymentId" | "source" | "rowId"> | null;
  line: string;
}>;

/** Rows of the history as a month's own table has them, be it part of the history or not, by number from after one on. */
export async function readMonthRows(
  db: Queryable,
  month: string,
  after: number,
  limit: number,
): Promise<readonly MonthRow[]> {
  const { rows } = await db.execute<{
    row_id: number;
    payment_id: number;
    fields: readonly Field[];
    position: number | null;
    hash: string;
    previous_hash: string;
    line: string;
  }>(sql`
    select event.id as row_id, coalesce(event.payment_id, 0) as payment_id, ${FIELDS.event} as fields, position, hash, previous_hash,
      jsonb_build_object('row', to_jsonb(event), 'seal',
        jsonb_build_object('position', position, 'previous_hash', previous_hash, 'hash', hash))::text as line
    from kustodia.${sql.raw(month)} event
      left join kustodia.seal on source = 'event' and seal.row_id = event.id and seal.payment_id = coalesce(event.payment_id, 0)
    where event.id > ${after} order by event.id limit ${limit}`);
  return rows.map(({ row_id: rowId, payment_id: paymentId, fields, position, hash, previous_hash, line }) => {
    const row = { source: "event" as const, rowId, paymentId, fields };
    return { row, seal: position === null ? null : { position, hash, previousHash: previous_hash }, line };
  });
}
