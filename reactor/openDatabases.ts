import type { Config } from "./config.ts";
import type { Console } from "./reactor.ts";
import { type OpenDatabase, openDatabase, type Way } from "./store/database.ts";
import { refuseEndlessPooler } from "./store/refuseEndlessPooler.ts";

/**
 * What may be held at once (withLock.ts): a reading of the bank, heads or lane, five processes, the reconciliation within one
 * of them, the screening. One more, for who asks whether one is held.
 */
const LOCK_CONNECTIONS = 10;

export type Databases = Readonly<{
  /** For queries and transactions: a pooler may stand before it. */
  database: OpenDatabase;
  /** For locks that outlast a transaction: each is a session's. */
  locks: OpenDatabase;
  close(): Promise<void>;
}>;

/** Whether our sessions are our own. */
export const wayOf = ({ databaseUrl, directDatabaseUrl }: Config): Way =>
  databaseUrl === directDatabaseUrl ? "straight" : "pooler";

/**
 * Opens the database as it is configured. No more connections are ever opened than DEPLOYMENT.md says.
 * @throws Error with a sentence when a pooler's sessions could hold a row for ever.
 */
export async function openDatabases(config: Config, { failed }: Pick<Console, "failed">): Promise<Databases> {
  const { databaseUrl, directDatabaseUrl, databaseConnections } = config;
  const way = wayOf(config);
  const lost = (error: Error) => failed("base de datos", error);
  const database = openDatabase(databaseUrl, databaseConnections, lost, way);
  const locks = openDatabase(directDatabaseUrl, LOCK_CONNECTIONS, lost);
  const close = async () => {
    await Promise.all([database.close(), locks.close()]);
  };
  if (way === "pooler") {
    await refuseEndlessPooler(database.db).catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }
  return { database, locks, close };
}
