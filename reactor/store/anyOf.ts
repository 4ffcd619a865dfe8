import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/**
 * Whether a column's value is one of these. However many they are, they are one parameter: with `inArray` each length is another
 * statement, whose text is written and whose plan is made anew.
 */
export const anyOf = (column: AnyColumn, values: readonly number[] | readonly bigint[] | readonly string[]): SQL =>
  sql`${column} = any(${sql.param([...values])}::${sql.raw(column.getSQLType())}[])`;
