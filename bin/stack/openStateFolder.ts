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
    postgresData: join(process.getuid?.() === 0 ? rootHome(path) : path, "postgres"),
  };
}

/** Removes everything a start kept there: payments, chain, bank books, keys, logs. Its processes must have ended. */
export function removeState(state: StateFolder): void {
  rmSync(state.postgresData, { recursive: true, force: true });
  rmSync(state.path, { recursive: true, force: true });
}
