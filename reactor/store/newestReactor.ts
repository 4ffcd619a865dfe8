import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/** The highest number that a reactor of this database has taken so far; 0 before the first. */
export async function newestReactor(db: Queryable): Promise<number> {
  const { rows } = await db.execute<{ number: number }>(
    sql`select case when is_called then last_value else 0 end::int as number from kustodia.reactor_number`,
  );
  return rows[0]?.number ?? 0;
}
