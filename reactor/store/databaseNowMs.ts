import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/** The database's clock, unix ms, for the text of a query: the one clock that all reactors share. */
export const CLOCK_MS = sql`floor(extract(epoch from clock_timestamp()) * 1000)`.mapWith(Number);

/** @returns the database's clock, unix ms. */
export async function databaseNowMs(db: Queryable): Promise<number> {
  const { rows } = await db.execute<{ ms: string }>(sql`select ${CLOCK_MS} as ms`);
  return Number(rows[0]?.ms);
}
