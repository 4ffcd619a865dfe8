import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/**
 * Whether a number is one of these. However many they are, they are one parameter: with `inArray` each length is another
 * statement, whose text is written and whose plan is made anew.
 */
export const anyOf = (column: AnyColumn, ids: readonly number[]): SQL =>
  sql`${column} = any(${sql.param([...ids])}::int[])`;
