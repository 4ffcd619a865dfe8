import { sql } from "drizzle-orm";
import type { Database, Queryable } from "../database.ts";
import { attach, BY_MONTH, defaultOf, type HistoryTable, literal, momentOf, monthAfter, named } from "./byMonth.ts";
import { definitions, makeTable, triggersOf } from "./guards.ts";
import { inShortWaits } from "./inShortWaits.ts";

/** Half a minute of tries for the exchange, which takes some hundredths of a second once it has its locks. */
const TRIES = 40;
/** Holds the rows that are there to the time before the first month, so that the exchange need not read them. */
const BOUND = "before_first_month";

/**
 * Makes a table of the history one with a table for each month, once, while others read and write it: what it has becomes its
 * first part, whole and as it stands. The rows are read twice without holding anybody up; then the tables are exchanged.
 *
 * No index spans the months: a number is unique within its month by that month's key, and over all of them because one sequence
 * draws it. A key of the whole would have to hold the moment too, and so would let a number come twice.
 *
 * A process that dies between the two leaves the bound behind. It refuses nothing for a month, and the next start goes on.
 * @returns whether it was to be done. @throws when half a minute was not enough to get the table for a moment: nothing is lost,
 * and the next start tries again.
 */
export async function divideHistory(db: Database, table: HistoryTable): Promise<boolean> {
  if (await isDivided(db, table)) return false;
  const first = await firstMonth(db, table);
  const at = sql.raw(BY_MONTH[table]);
  await inShortWaits(db, TRIES, async (tx) => {
    await tx.execute(sql`alter table ${named(table)} drop constraint if exists ${sql.raw(BOUND)}`);
    await tx.execute(sql`
      alter table ${named(table)} add constraint ${sql.raw(BOUND)} check (${at} < ${literal(momentOf(first))}) not valid`);
  });
  await db.execute(sql`alter table ${named(table)} validate constraint ${sql.raw(BOUND)}`);
  await inShortWaits(db, TRIES, (tx) => exchange(tx, table, first));
  return true;
}

async function isDivided(db: Queryable, table: HistoryTable): Promise<boolean> {
  const { rows } = await db.execute<{ kind: string }>(
    sql`select relkind as kind from pg_class where oid = ${`kustodia.${table}`}::regclass`,
  );
  return rows[0]?.kind === "p";
}

/** The first month of which there can be no row before the exchange, be it tried again some weeks later. */
async function firstMonth(db: Queryable, table: HistoryTable): Promise<string> {
  const newest = sql.raw(`max(${BY_MONTH[table]})`);
  const { rows } = await db.execute<{ month: string }>(sql`
    select to_char(greatest(now() + interval '30 days', ${newest}) at time zone 'UTC', 'YYYY-MM') as month from ${named(table)}`);
  const [row] = rows;
  if (row === undefined) throw new Error("Postgres told no month.");
  return monthAfter(row.month);
}

async function exchange(tx: Queryable, table: HistoryTable, first: string): Promise<void> {
  const before = `${table}_before_${first.replace("-", "_")}`;
  const oid = sql`${`kustodia.${table}`}::regclass`;
  const keys = await tx.execute<{ text: string; references: string }>(sql`
    select 'alter table kustodia.' || ${table}::text || ' add constraint ' || conname || ' ' || pg_get_constraintdef(oid) as text,
      confrelid::regclass::text as references
    from pg_constraint where conrelid = ${oid} and contype = 'f' order by confrelid::regclass::text`);
  // Whoever writes takes what a row refers to first, and the row at last: in the same order nobody waits for the other.
  for (const { references } of keys.rows) {
    await tx.execute(sql.raw(`lock table ${references} in share row exclusive mode`));
  }
  await tx.execute(sql`lock table ${named(table)} in access exclusive mode`);
  const triggers = await triggersOf(tx, table);
  const indexes = await definitions(
    tx,
    sql`select pg_get_indexdef(indexrelid) as text from pg_index where indrelid = ${oid} and not indisprimary`,
  );
  const names = await definitions(
    tx,
    sql`select relname as text from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = ${oid}`,
  );
  const { rows: drawn } = await tx.execute<{ last: string; called: boolean }>(
    sql`select last_value::text as last, is_called as called from ${named(`${table}_id_seq`)}`,
  );
  const [sequence] = drawn;
  if (sequence === undefined) throw new Error(`The table ${table} has no sequence.`);

  await tx.execute(sql`alter table ${named(table)} rename to ${sql.raw(before)}`);
  for (const name of names) {
    await tx.execute(sql`alter index ${named(name)} rename to ${sql.raw(name.replace(table, before))}`);
  }
  await tx.execute(sql`alter table ${named(before)} alter column id drop identity`);
  await tx.execute(sql`
    create table ${named(table)} (like ${named(before)} including defaults including constraints)
    partition by range (${sql.raw(BY_MONTH[table])})`);
  await tx.execute(sql`alter table ${named(table)} drop constraint ${sql.raw(BOUND)}`);
  await tx.execute(sql`alter table ${named(table)} alter column id add generated always as identity`);
  // Also what was drawn and never stored stays drawn: whoever follows the history has passed over it.
  await tx.execute(sql`select setval(${`kustodia.${table}_id_seq`}, ${sequence.last}::bigint, ${sequence.called})`);
  for (const text of [...indexes, ...keys.rows.map((key) => key.text), ...triggers]) await tx.execute(sql.raw(text));
  await attach(tx, table, before, { fromMs: null, toMs: momentOf(first) });
  await tx.execute(sql`alter table ${named(before)} drop constraint ${sql.raw(BOUND)}`);
  await makeTable(tx, table, defaultOf(table));
  await tx.execute(sql`alter table ${named(table)} attach partition ${named(defaultOf(table))} default`);
}
