import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as runMigrations } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { HISTORY_TABLES } from "./months/byMonth.ts";
import { divideHistory } from "./months/divideHistory.ts";
import { makeMonths } from "./months/makeMonths.ts";
import { installation } from "./schema/index.ts";
import { LOCKS } from "./withLock.ts";

/**
 * Brings our tables up to date and draws the installation's id the first time.
 * @param databaseUrl the server's own address: the lock is the session's, which a pooler would give away.
 * @returns the installation id, part of every order key (DESIGN 6).
 */
export async function migrate(databaseUrl: string): Promise<string> {
  // A role that is kept short for a pooler's sake must not cut a migration off.
  const client = new pg.Client({ connectionString: databaseUrl, options: "-c statement_timeout=0" });
  await client.connect();
  try {
    const db = drizzle({ client });
    await db.execute(sql`select pg_advisory_lock(${LOCKS.migration})`);
    const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));
    await runMigrations(db, { migrationsFolder, migrationsSchema: "kustodia" });
    // Migrations are one transaction; these are several, so that a long history is divided while others write it.
    for (const table of HISTORY_TABLES) {
      if (await divideHistory(db, table)) await makeMonths(db, table);
    }
    const [known] = await db.select().from(installation);
    if (known) return known.id;
    const id = randomUUID();
    await db.insert(installation).values({ id });
    return id;
  } finally {
    await client.end();
  }
}
