import { sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import { readMonthRows } from "../seals.ts";
import { named } from "./byMonth.ts";
import type { Written } from "./takeOutMonth.ts";

const PAGE = 2_000;

/** A month's rows with their seals as lines of JSON, by number. */
export async function* monthLines(db: Queryable, name: string): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const page = await readMonthRows(db, name, after, PAGE);
    for (const { line } of page) yield line;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.row.rowId;
  }
}

/** Which rows a month has; null for a month without any. */
export async function readWritten(db: Queryable, name: string): Promise<Pick<Written, "lastId" | "rowIds"> | null> {
  const { rows } = await db.execute<{ last: number | null; ids: string }>(
    sql`select max(id) as last, range_agg(int8range(id, id, '[]'))::text as ids from ${named(name)}`,
  );
  const [row] = rows;
  return row?.last == null ? null : { lastId: row.last, rowIds: row.ids };
}
