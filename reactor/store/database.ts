import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { askOnOne } from "./askOnOne.ts";
import { prepareRepeated } from "./prepareRepeated.ts";
import { sendTogether } from "./sendTogether.ts";

export type Database = NodePgDatabase;
/** A database or an open transaction: what a query needs. */
export type Queryable = Pick<
  Database,
  "select" | "selectDistinct" | "selectDistinctOn" | "insert" | "update" | "delete" | "execute" | "with" | "$with"
>;

/**
 * What stands between us and Postgres. `straight`: nothing, so that a session is ours. `pooler`: one that gives a session for a
 * transaction (PgBouncer), which takes no settings from us and keeps none: it must have them itself (refuseEndlessPooler.ts).
 * `replica`: a standby, straight, on which nothing is written.
 */
export type Way = "straight" | "pooler" | "replica";

export type OpenDatabase = Readonly<{
  db: Database;
  /** For the machine, whose next step needs all that is asked at one moment (askOnOne.ts). */
  together: Database;
  pool: pg.Pool;
  close(): Promise<void>;
}>;

/** A frozen process must not hold locks for ever: its transaction dies first, then its session (DESIGN 5). */
const IDLE_IN_TRANSACTION_MS = 10_000;
const STATEMENT_MS = 20_000;
/** The pool itself closes what rests for ten seconds, and who holds a lock gives signs of life (withLock.ts). */
const IDLE_SESSION = "-c idle_session_timeout=20000";
/**
 * All that is asked goes by an index. Where Postgres takes it for dearer than it is, it would start other processes or a
 * compiler first: 10 ms and more for what takes one.
 */
const ASKED_LITTLE = "-c max_parallel_workers_per_gather=0 -c jit=off";

const SETTINGS: Readonly<Record<Way, pg.PoolConfig>> = {
  straight: {
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    statement_timeout: STATEMENT_MS,
    options: `${IDLE_SESSION} ${ASKED_LITTLE}`,
  },
  pooler: {},
  // Who reads has the primary to go to: a standby that hangs is not waited for as long.
  replica: {
    statement_timeout: 5_000,
    query_timeout: 5_000,
    options: `${IDLE_SESSION} ${ASKED_LITTLE} -c default_transaction_read_only=on`,
  },
};

/**
 * Opens a pool on our database.
 * @param onError told of a connection that died; the pool replaces it (a Postgres restart is survived).
 */
export function openDatabase(
  url: string,
  connections: number,
  onError: (error: Error) => void,
  way: Way = "straight",
): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    // What is asked at one moment of one connection leaves at once, and is answered in its order: the way there and back is most
    // of what a small statement takes.
    pipeline: true,
    application_name: "kustodia",
    ...SETTINGS[way],
  });
  sendTogether(pool);
  if (way !== "pooler") prepareRepeated(pool);
  pool.on("error", onError);
  // The pool listens only to connections at rest. One that is lent out and waits for no query (a lock held while the bank
  // thinks) would otherwise end the process when Postgres goes away.
  pool.on("acquire", (client) => client.on("error", onError));
  pool.on("release", (_error, client) => client.off("error", onError));
  return { db: drizzle({ client: pool }), together: askOnOne(pool), pool, close: () => pool.end() };
}
