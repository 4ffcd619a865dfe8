import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import * as schema from "./schema/index.ts";

export type Database = NodePgDatabase<typeof schema>;
/** A database or an open transaction: what a query needs. */
export type Queryable = Pick<
  Database,
  "select" | "selectDistinct" | "selectDistinctOn" | "insert" | "update" | "delete" | "execute" | "with" | "$with"
>;

export type OpenDatabase = Readonly<{ db: Database; pool: pg.Pool; close(): Promise<void> }>;

/**
 * Opens a pool on our database.
 * @param onError told of a connection that died; the pool replaces it (a Postgres restart is survived).
 */
export function openDatabase(url: string, connections: number, onError: (error: Error) => void): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    application_name: "kustodia",
    // A frozen process must not hold locks for ever: its transaction dies first, then its session (DESIGN 5). The pool
    // itself closes what rests for ten seconds, and who holds a lock gives signs of life (withLock.ts).
    idle_in_transaction_session_timeout: 10_000,
    options: "-c idle_session_timeout=20000",
    statement_timeout: 20_000,
  });
  pool.on("error", onError);
  // The pool listens only to connections at rest. One that is lent out and waits for no query (a lock held while the bank
  // thinks) would otherwise end the process when Postgres goes away.
  pool.on("acquire", (client) => client.on("error", onError));
  pool.on("release", (_error, client) => client.off("error", onError));
  return { db: drizzle({ client: pool, schema }), pool, close: () => pool.end() };
}
