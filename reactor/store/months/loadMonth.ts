import { sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import { named } from "./byMonth.ts";
import { makeTable } from "./guards.ts";

const LINES_AT_ONCE = 1_000;

/**
 * Makes a month's table anew from the lines of its file (`MonthRow.line`), beside the history. What a former try has left goes.
 * @throws Error when a table of that name is a part of the history.
 */
export async function loadMonth(tx: Queryable, name: string, lines: AsyncIterable<string>): Promise<void> {
  const { rows } = await tx.execute<{ is_part: boolean }>(
    sql`select relispartition as is_part from pg_class where oid = to_regclass(${`kustodia.${name}`})`,
  );
  if (rows[0]?.is_part) throw new Error(`${name} is a part of the history.`);
  await tx.execute(sql`drop table if exists ${named(name)}`);
  await makeTable(tx, "event", name);
  let waiting: string[] = [];
  const put = async () => {
    await tx.execute(sql`
      insert into ${named(name)} select stored.* from jsonb_array_elements(${`[${waiting.join(",")}]`}::jsonb) line,
        lateral jsonb_populate_record(null::${named(name)}, line -> 'row') stored`);
    waiting = [];
  };
  for await (const line of lines) {
    waiting.push(line);
    if (waiting.length === LINES_AT_ONCE) await put();
  }
  if (waiting.length > 0) await put();
}
