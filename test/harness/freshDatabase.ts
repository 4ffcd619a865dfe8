import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createDatabase, dropDatabase } from "../../bin/stack/createDatabase.ts";

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
  const name = `test_${randomBytes(6).toString("hex")}`;
  const url = await createDatabase(postgresUrl, name);
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
