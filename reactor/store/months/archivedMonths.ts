import { getTableColumns, isNull, sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import { archivedMonth } from "../schema/index.ts";

const { rowIds, ...COLUMNS } = getTableColumns(archivedMonth);

/** A month that is in a file and not in the history. */
export type ArchivedMonth = Omit<typeof archivedMonth.$inferSelect, "rowIds">;

/** What is in files now, oldest first. */
export async function listArchived(db: Queryable): Promise<readonly ArchivedMonth[]> {
  return db.select(COLUMNS).from(archivedMonth).where(isNull(archivedMonth.restoredAtMs)).orderBy(archivedMonth.toMs);
}

/** Which of them have something of a payment's history. */
export async function archivedOf(db: Queryable, paymentId: number): Promise<readonly ArchivedMonth[]> {
  return db
    .select(COLUMNS)
    .from(archivedMonth)
    .where(
      sql`${archivedMonth.restoredAtMs} is null and exists (select from kustodia.seal
        where payment_id = ${paymentId} and source = 'event' and ${rowIds} @> row_id)`,
    )
    .orderBy(archivedMonth.toMs);
}

/** What is said of a file that the sealed event of its archiving does not say, or null; where that event is in a file itself, it is not asked. */
export async function readArchiveBreak(
  db: Queryable,
): Promise<Readonly<{ row: string; expected: string; found: string }> | null> {
  const { rows } = await db.execute<{ row: string; expected: string; found: string }>(sql`
    select 'archived_month ' || name as row, coalesce(expected, '') as expected, found
    from (
      select name, concat_ws(' ', name, rows, sha256) || case when counted = rows then '' else ' (' || counted || ')' end as found,
        (select concat_ws(' ', data ->> 'archived', data ->> 'rows', data ->> 'sha256') from kustodia.event
          where id = event_id and type = 'accion_de_operador') as expected,
        exists (select from kustodia.archived_month other where other.restored_at is null
          and other.row_ids @> archived.event_id::bigint) as event_is_archived
      from kustodia.archived_month archived,
        lateral (select coalesce(sum(upper(run) - lower(run)), 0) as counted from unnest(row_ids) run) ids
      where restored_at is null
    ) told
    where found is distinct from expected and not event_is_archived order by name limit 1`);
  return rows[0] ?? null;
}
