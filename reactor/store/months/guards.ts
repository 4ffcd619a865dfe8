import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import { type HistoryTable, named } from "./byMonth.ts";

/** @returns the statements that Postgres would make a table's own triggers with. */
export async function triggersOf(db: Queryable, table: string): Promise<readonly string[]> {
  return definitions(
    db,
    sql`select pg_get_triggerdef(oid) as text from pg_trigger where tgrelid = ${`kustodia.${table}`}::regclass and not tgisinternal`,
  );
}

/**
 * Gives a table of one month the triggers of the whole: what is said of a month alone, by its own name, is refused like what is
 * said of all of them. Postgres gives months their indexes and foreign keys by itself, and no trigger of a statement.
 */
async function guardMonth(db: Queryable, table: HistoryTable, month: string): Promise<void> {
  for (const text of await triggersOf(db, table)) {
    await db.execute(sql.raw(text.replace(` ON kustodia.${table} `, ` ON kustodia.${month} `)));
  }
}

/** An empty table like those of the months, guarded, with the number as its key; not yet a part of the history. */
export async function makeTable(db: Queryable, table: HistoryTable, month: string): Promise<void> {
  await db.execute(sql`
    create table ${named(month)} (like ${named(table)} including defaults including constraints, primary key (id))`);
  await guardMonth(db, table, month);
}

export async function definitions(db: Queryable, query: SQL): Promise<readonly string[]> {
  const { rows } = await db.execute<{ text: string }>(query);
  return rows.map(({ text }) => text);
}
