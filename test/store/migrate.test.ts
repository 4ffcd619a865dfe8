import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, expect, test } from "vitest";
import { migrate } from "../../reactor/store/migrate.ts";
import * as schema from "../../reactor/store/schema/index.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const checkout = resolve(import.meta.dirname, "../..");
const database = await freshDatabase();
const another = await freshDatabase();
afterAll(() => Promise.all([database.close(), another.close()]));

test("reactors that start together migrate once and agree on the installation; a later start changes nothing", async () => {
  const ids = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  const first = await tablesOf(database.pool);
  expect(new Set([...ids, await migrate(database.url)]).size).toBe(1);
  expect(await tablesOf(database.pool)).toEqual(first);
});

test("another database is another installation", async () => {
  expect(await migrate(another.url)).not.toBe(await migrate(database.url));
});

test("the migrations make exactly the columns that the program knows", async () => {
  await migrate(database.url);
  const known = Object.values(schema)
    .filter((value) => is(value, PgTable))
    .flatMap((table) => {
      const { name, columns } = getTableConfig(table as PgTable);
      return columns.map(
        (column) => `${name}.${column.name} ${column.getSQLType()}${column.notNull ? " not null" : ""}`,
      );
    });
  expect(known.length).toBeGreaterThan(100);
  expect(await tablesOf(database.pool)).toEqual(
    known.map((line) => line.replace(/numeric\((\d+), (\d+)\)/, "numeric($1,$2)")).sort(),
  );
});

test("the schema is no step ahead of the migrations", () => {
  const folder = openTestFolder();
  try {
    const out = join(folder.path, "migrations");
    cpSync(join(checkout, "reactor/store/migrations"), out, { recursive: true });
    const before = filesIn(out);
    const schemaFile = join(checkout, "reactor/store/schema/index.ts");
    const args = ["generate", "--dialect", "postgresql", "--schema", schemaFile, "--out", out];
    execFileSync(join(checkout, "node_modules/.bin/drizzle-kit"), args, { cwd: checkout, stdio: "pipe" });
    expect(filesIn(out)).toEqual(before);
  } finally {
    folder.remove();
  }
});

async function tablesOf(pool: typeof database.pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ line: string }>(`
    select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end as line
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'kustodia'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
      and not a.attisdropped and c.relname <> '__drizzle_migrations'`);
  return rows.map((row) => row.line).sort();
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(sql|json)$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
