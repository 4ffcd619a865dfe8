import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const folder = openTestFolder();
const database = await freshDatabase();
const other = await freshDatabase();
afterAll(async () => {
  await Promise.all([database.close(), other.close()]);
  folder.remove();
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

test("a second start finds the rows that the first one committed", async () => {
  const options = { checkout: process.cwd(), dataDir: folder.pathOf("postgres") };
  const first = await startPostgres(supervise(folder.path), options);
  await ask(first.url, "create table payment as select 81 as id");
  await first.stop();

  const second = await startPostgres(supervise(folder.path), options);
  try {
    expect(await ask(second.url, "select id from payment")).toEqual([81]);
  } finally {
    await second.stop();
  }
});

test("commits are durable, and a dead client is noticed within half a second", async () => {
  const settings = ["fsync", "synchronous_commit", "client_connection_check_interval", "listen_addresses"];
  const shown = await Promise.all(settings.map((name) => ask(database.url, `show ${name}`)));
  expect(shown.flat()).toEqual(["on", "on", "500ms", "127.0.0.1"]);
});

test("a connection without the password is refused", async () => {
  const without = new URL(database.url);
  without.password = "guess";
  await expect(ask(without.href, "select 1")).rejects.toThrow("password authentication failed");
});

test("each fresh database is empty and its own", async () => {
  await database.pool.query("create table payment (id integer)");
  const tables = await ask(other.url, "select tablename from pg_tables where schemaname = 'public'");
  expect(tables).toEqual([]);
});
