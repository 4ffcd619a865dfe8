import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

type Columns<Table extends PgTable> = keyof Table["$inferInsert"] & string;

/**
 * The insert of rows into these columns of theirs, to be ended with what is to happen on a conflict, and returned. However many
 * they are, they are one parameter of one text: with `values` drizzle looks at each cell ten times over, 35 µs of a row, and each
 * number of rows is another statement, which Postgres parses and plans anew. They are inserted in their order.
 */
export function insertOf<Table extends PgTable, Name extends Columns<Table>>(
  table: Table,
  names: readonly Name[],
  rows: readonly Pick<Table["$inferInsert"], Name>[],
): SQL {
  const all = getTableColumns(table);
  const columns = names.map((name) => {
    const column = all[name];
    if (column === undefined) throw new Error(`The table has no column for ${name}.`);
    return { name, column };
  });
  const given = rows.map((row) =>
    Object.fromEntries(columns.map(({ name, column }) => [column.name, written(row[name], column)])),
  );
  const list = sql.join(
    columns.map(({ column }) => sql.identifier(column.name)),
    sql`, `,
  );
  const types = sql.join(
    columns.map(({ column }) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`),
    sql`, `,
  );
  return sql`insert into ${table} (${list}) select ${list} from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) given(${types})`;
}

/** As the column has it, in a form that JSON knows. */
function written(value: unknown, column: { mapToDriverValue(value: unknown): unknown }): unknown {
  if (value === null || value === undefined) return null;
  const stored = column.mapToDriverValue(value);
  return typeof stored === "bigint" ? String(stored) : stored;
}
