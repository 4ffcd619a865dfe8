import type pg from "pg";

/** Does `load` without the indexes that no key needs, and makes them anew afterwards: to fill a million rows into them one by one takes longer. */
export async function rebuildingIndexes(client: pg.Client, load: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index join pg_class on pg_class.oid = indrelid
    where relnamespace = 'kustodia'::regnamespace and not relispartition and not indisunique`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await load();
  // Of a divided table Postgres names the index without those of its months, which would then not be made.
  for (const { definition } of rows) await client.query(definition.replace(" ON ONLY ", " ON "));
}
