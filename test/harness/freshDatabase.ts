import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { createDatabase, dropDatabase } from "../../bin/stack/createDatabase.ts";

export interface FreshDatabase {
  url: string;
  pool: pg.Pool;
}

/**
 * An empty database of its own for the calling test file (call it in beforeAll or at the top of a describe);
 * it is dropped, with whatever is still connected, after the file's last test.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const postgresUrl = inject("postgresUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const url = await createDatabase(postgresUrl, name);
  const pool = new pg.Pool({ connectionString: url });
  // Dropping the database cuts idle clients off; that is meant, and must not end the test process.
  pool.on("error", () => undefined);
  afterAll(async () => {
    await pool.end();
    await dropDatabase(postgresUrl, name);
  });
  return { url, pool };
}
