import pg from "pg";
import { inject } from "vitest";

/**
 * A copy of a database as it stands, on the run's Postgres: a backup, or what one is restored from. Whoever is connected to
 * the original is cut off, since Postgres copies only what nobody uses.
 * @param over drops a database of the copy's name first.
 */
export async function copyDatabase(from: string, to: string, { over }: { over: boolean }): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    const [original, copy] = [pg.escapeIdentifier(from), pg.escapeIdentifier(to)];
    if (over) await client.query(`drop database ${copy} with (force)`);
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [from]);
    await client.query(`create database ${copy} template ${original}`);
  } finally {
    await client.end();
  }
}

export async function dropCopy(name: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`).finally(() => client.end());
}
