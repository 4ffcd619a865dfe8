import { type AnyColumn, Placeholder, type SQL, sql } from "drizzle-orm";

type Values = readonly number[] | readonly bigint[] | readonly string[];

/**
 * Whether a column's value is one of these, which may be given later. However many they are, they are one parameter: with `inArray`
 * each length is another statement, whose text is written and whose plan is made anew.
 */
export const anyOf = (column: AnyColumn, values: Values | Placeholder): SQL =>
  sql`${column} = any(${values instanceof Placeholder ? values : sql.param([...values])}::${sql.raw(column.getSQLType())}[])`;
