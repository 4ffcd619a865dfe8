import { accessSync, chmodSync, constants, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rootHome } from "./placePostgres.ts";
import { StackError } from "./StackError.ts";

/** Where a start keeps what it must find again. */
export interface StateFolder {
  path: string;
  chain: string;
  deployment: string;
  places: string;
  /** The sandbox's journals, one per chain. */
  bank: string;
  /** As root outside `path`: the user Postgres runs as cannot enter it. */
  postgresData: string;
}

/**
 * Makes the folder for the state of a local start, closed to others.
 * @throws {StackError} when it cannot be written
 */
export function openStateFolder(path: string): StateFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
    chmodSync(path, 0o700);
    mkdirSync(join(path, "bank"), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StackError(
      {
        es: `No se puede escribir en ${path}: dé permiso de escritura al usuario que inicia el sistema, o cambie el dueño de la carpeta.`,
        en: `${path} cannot be written: allow the user who starts the system to write there, or change the folder's owner.`,
      },
      { cause },
    );
  }
  return {
    path,
    chain: join(path, "chain.json"),
    deployment: join(path, "deployment.json"),
    places: join(path, "places.txt"),
    bank: join(path, "bank"),
    postgresData: join(process.getuid?.() === 0 ? rootHome(path) : path, "postgres"),
  };
}

/** All that a start writes into the folder. */
const KEPT = [
  "api-key",
  "secrets.json",
  "tripwire.json",
  "chain.json",
  "deployment.json",
  "places.txt",
  "bank",
  "postgres",
  "logs",
  "pids.json",
];

/**
 * Removes everything a start kept: payments, chain, bank books, keys, logs. Its processes must have ended. Only what a
 * start writes is removed, by name: somebody may have named a folder that holds more.
 */
export function removeState(state: StateFolder): void {
  const kept = KEPT.map((name) => join(state.path, name));
  for (const path of [...kept, rootHome(state.path)]) rmSync(path, { recursive: true, force: true });
}
