import type pg from "pg";

/** Changes rows that the database's triggers guard, as only its superuser can. */
export async function withoutTriggers(
  pool: pg.Pool,
  statement: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("set local session_replication_role = replica");
    await client.query(statement, [...values]);
    await client.query("commit");
  } finally {
    client.release();
  }
}
