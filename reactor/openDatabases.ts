import type { Config } from "./config.ts";
import type { Console } from "./reactor.ts";
import { type OpenDatabase, openDatabase, type Way } from "./store/database.ts";
import { refuseEndlessPooler } from "./store/refuseEndlessPooler.ts";

/**
 * What may be held at once (withLock.ts): a reading of the bank, heads or lane, five processes, the reconciliation within one
 * of them, the screening. One more, for who asks whether one is held.
 */
const LOCK_CONNECTIONS = 10;

/**
 * The machine's own, of the connections for queries: what people ask takes none of them, however much it is. Few are enough, since
 * what it asks at one moment shares one (askOnOne.ts); and each session plans each text by itself.
 */
const MOST_OF_MACHINE = 6;

/** How many of a reactor's connections for queries are its machine's, and how many everybody else's. */
export const shareConnections = (all: number): Readonly<{ ofMachine: number; ofOthers: number }> => {
  const ofMachine = Math.min(MOST_OF_MACHINE, Math.ceil(all / 2));
  return { ofMachine, ofOthers: all - ofMachine };
};

export type Databases = Readonly<{
  /** For what people and programs ask, and what is done now and then. A pooler may stand before it, as before the next. */
  database: OpenDatabase;
  /** For turns, readings, the lane and the seals. */
  machine: OpenDatabase;
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
  const { ofMachine, ofOthers } = shareConnections(databaseConnections);
  const database = openDatabase(databaseUrl, ofOthers, lost, way);
  const machine = openDatabase(databaseUrl, ofMachine, lost, way);
  const locks = openDatabase(directDatabaseUrl, LOCK_CONNECTIONS, lost);
  const close = async () => {
    await Promise.all([database.close(), machine.close(), locks.close()]);
  };
  if (way === "pooler") {
    await refuseEndlessPooler(database.db).catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }
  return { database, machine, locks, close };
}
