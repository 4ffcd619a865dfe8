import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type pg from "pg";
import { openTestFolder } from "./testFolder.ts";

/** Brings a database to where it was after the migration of this name, such as `0013_due_in_order`. */
export async function migrateUpTo(pool: pg.Pool, name: string): Promise<void> {
  const folder = openTestFolder();
  try {
    const migrationsFolder = join(folder.path, "migrations");
    cpSync(resolve(import.meta.dirname, "../../reactor/store/migrations"), migrationsFolder, { recursive: true });
    const journalFile = join(migrationsFolder, "meta/_journal.json");
    const journal = JSON.parse(readFileSync(journalFile, "utf8")) as { entries: { tag: string }[] };
    const last = journal.entries.findIndex(({ tag }) => tag === name);
    if (last < 0) throw new Error(`There is no migration ${name}.`);
    writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
    await pool.query("create schema if not exists kustodia");
    await migrate(drizzle({ client: pool }), { migrationsFolder, migrationsSchema: "kustodia" });
  } finally {
    folder.remove();
  }
}
