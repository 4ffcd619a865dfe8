import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createDatabase, dropDatabase } from "../../bin/stack/createDatabase.ts";
import { copyTables } from "./templateDatabase.ts";

export interface FreshDatabase {
  url: string;
  pool: pg.Pool;
  /** Drops it with whatever is still connected. */
  close(): Promise<void>;
}

/**
 * An empty database of its own, on the run's one Postgres unless told of another. At the top of a test file:
 * `const database = await freshDatabase(); afterAll(() => database.close());`
 */
export async function freshDatabase(postgresUrl: string = inject("postgresUrl")): Promise<FreshDatabase> {
  const name = newName();
  return opened(postgresUrl, name, await createDatabase(postgresUrl, name));
}

/**
 * The same with our tables in it, without a row: what `migrate` finds nothing to do in but to draw the installation's id. It
 * is a copy of one that was migrated once for the whole run, which spares each file a second of Postgres' work.
 */
export async function freshTables(): Promise<FreshDatabase> {
  const postgresUrl = inject("postgresUrl");
  const name = newName();
  return opened(postgresUrl, name, await copyTables(postgresUrl, name));
}

const newName = () => `test_${randomBytes(6).toString("hex")}`;

function opened(postgresUrl: string, name: string, url: string): FreshDatabase {
  const pool = new pg.Pool({ connectionString: url });
  // Dropping the database cuts idle clients off; that is meant, and must not end the test process.
  pool.on("error", () => undefined);
  return {
    url,
    pool,
    close: async () => {
      await pool.end();
      await dropDatabase(postgresUrl, name);
    },
  };
}
