import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";

/** What only grows, and by which of its moments a row is of a month. Months are UTC's: they never change with the law. */
export const BY_MONTH = { event: "at" } as const;
export type HistoryTable = keyof typeof BY_MONTH;
export const HISTORY_TABLES = Object.keys(BY_MONTH) as readonly HistoryTable[];

/** Where a row goes that no month was made for. */
export const defaultOf = (table: HistoryTable): string => `${table}_default`;

export const named = (name: string): SQL => sql.raw(`kustodia.${name}`);

/** The first moment of a month, unix ms. @param month `2027-01` */
export const momentOf = (month: string): number => Date.parse(`${month}-01T00:00:00Z`);

/** A moment as a statement that takes no parameter has it. @param ms unix ms */
export const literal = (ms: number): SQL => sql.raw(`'${new Date(ms).toISOString()}'`);

/** The month so many after one. @param month `2027-01` */
export function monthAfter(month: string, months = 1): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months)).toISOString().slice(0, 7);
}

/** A month that the history has, or a longer time where one table stands for many. */
export type Month = Readonly<{
  /** The table's name, of our schema: `event_2027_01`. */
  name: string;
  /** Unix ms; null: since the beginning. */
  fromMs: number | null;
  /** Unix ms, from which on it has none. */
  toMs: number;
}>;

/** Makes a table a part of the whole, of that time. */
export async function attach(
  tx: Queryable,
  table: HistoryTable,
  name: string,
  { fromMs, toMs }: Pick<Month, "fromMs" | "toMs">,
): Promise<void> {
  const from = fromMs === null ? sql.raw("minvalue") : literal(fromMs);
  await tx.execute(sql`
    alter table ${named(table)} attach partition ${named(name)} for values from (${from}) to (${literal(toMs)})`);
}

/** The months that a table has, oldest first; not the one that takes what no month was made for. */
export async function readMonths(db: Queryable, table: HistoryTable): Promise<readonly Month[]> {
  const ms = (side: string) =>
    sql.raw(`extract(epoch from substring(bound from '${side} \\(''([^'']+)''')::timestamptz)::float8 * 1000`);
  const { rows } = await db.execute<{ name: string; from_ms: number | null; to_ms: number }>(sql`
    select name, ${ms("FROM")} as from_ms, ${ms("TO")} as to_ms
    from (select relname as name, pg_get_expr(relpartbound, child.oid) as bound
      from pg_inherits join pg_class child on child.oid = inhrelid
      where inhparent = ${`kustodia.${table}`}::regclass) parts
    where bound <> 'DEFAULT' order by to_ms`);
  return rows.map(({ name, from_ms, to_ms }) => ({ name, fromMs: from_ms, toMs: to_ms }));
}
