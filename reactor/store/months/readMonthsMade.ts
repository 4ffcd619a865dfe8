import { sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import { defaultOf, HISTORY_TABLES, named, readMonths } from "./byMonth.ts";

/** How far ahead the history has its months, and what came without one. */
export type MonthsMade = Readonly<{ strayRows: number; madeForS: number }>;

/** More than these need not be counted to be told of. */
const MOST_COUNTED = 1_000;

/** Of the table of the history that is worst off. */
export async function readMonthsMade(db: Queryable): Promise<MonthsMade> {
  let [strayRows, madeForS] = [0, Number.POSITIVE_INFINITY];
  for (const table of HISTORY_TABLES) {
    const { rows } = await db.execute<{ stray: number; now_s: number }>(sql`
      select count(*)::int as stray, extract(epoch from now())::float8 as now_s
      from (select from ${named(defaultOf(table))} limit ${MOST_COUNTED}) few`);
    const [row] = rows;
    const last = (await readMonths(db, table)).at(-1);
    if (row === undefined || last === undefined) throw new Error(`The table ${table} has no months.`);
    strayRows += row.stray;
    madeForS = Math.min(madeForS, last.toMs / 1_000 - row.now_s);
  }
  return { strayRows, madeForS };
}
