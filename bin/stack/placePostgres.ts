import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { findPostgres, type InstalledPackage } from "./findBinary.ts";
import { StackError } from "./StackError.ts";

/** Postgres refuses to run as root. This uid is `nobody` everywhere, and needs no user of that name to be created. */
const NOBODY = { uid: 65_534, gid: 65_534 };

export interface PostgresPlace {
  /** The folder with `bin/` and `lib/`, readable by whoever runs it. */
  native: string;
  dataDir: string;
  /** Set when we are root. */
  runAs: { uid: number; gid: number } | undefined;
}

/** Where everything of this checkout that `nobody` must reach is kept when we are root: a home may be closed to it. */
export function rootHome(checkout: string): string {
  return join("/var/lib/kustodia", createHash("sha256").update(resolve(checkout)).digest("hex").slice(0, 16));
}

/**
 * Decides where Postgres runs from and where its data lives, and prepares both folders.
 * As an ordinary user: the package itself, and `dataDir`. As root: `nobody` runs it, from the package if it can reach it,
 * else from a copy made once under `rootHome(checkout)`; `dataDir` must then be a folder it can reach.
 * @throws {StackError} when a folder cannot be written, or the binaries do not run on this machine
 */
export function placePostgres(checkout: string, dataDir: string): PostgresPlace {
  const installed = findPostgres();
  const native = join(installed.folder, "native");
  makeFolder(dirname(dataDir));
  if (process.getuid?.() !== 0) return { native, dataDir, runAs: undefined };
  return { native: runs(native) ? native : copyOnce(installed, native, rootHome(checkout)), dataDir, runAs: NOBODY };
}

/** Gives `path` to the user Postgres runs as, if that is not us. */
export function giveTo(path: string, place: PostgresPlace): void {
  if (place.runAs !== undefined) chownSync(path, place.runAs.uid, place.runAs.gid);
}

function runs(native: string): boolean {
  return spawnSync(join(native, "bin", "postgres"), ["--version"], { cwd: "/", ...NOBODY }).status === 0;
}

function copyOnce(installed: InstalledPackage, native: string, home: string): string {
  const copy = join(home, `postgres-${installed.version}`);
  if (!existsSync(copy)) {
    makeFolder(home);
    const draft = `${copy}.new`;
    rmSync(draft, { recursive: true, force: true });
    // The libraries are linked to each other by relative links, which must stay so to work in their new place.
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openToAll(draft);
    renameSync(draft, copy);
  }
  if (!runs(copy)) throw doesNotRun(copy);
  return copy;
}

/** Undoes a strict umask of the one who ran npm install: folders and files become readable, programs stay programs. */
function openToAll(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) openToAll(join(path, entry.name));
    else if (entry.isFile())
      chmodSync(join(path, entry.name), statSync(join(path, entry.name)).mode & 0o100 ? 0o755 : 0o644);
  }
  chmodSync(path, 0o755);
}

function makeFolder(path: string): void {
  try {
    const outermost = mkdirSync(path, { recursive: true });
    // Whatever root's umask is: what we made on the way to Postgres' data must let its user through.
    if (outermost !== undefined)
      for (let made = path; made.startsWith(outermost); made = dirname(made)) chmodSync(made, 0o755);
  } catch (cause) {
    throw new StackError(
      {
        es: `No se puede escribir en ${path}: dé permiso de escritura, o use un Postgres propio con DATABASE_URL.`,
        en: `${path} cannot be written: allow it, or use a Postgres of your own by DATABASE_URL.`,
      },
      { cause },
    );
  }
}

function doesNotRun(copy: string): StackError {
  return new StackError({
    es: `Postgres no arranca en esta máquina desde ${copy}: ejecútelo sin ser root, o use uno propio con DATABASE_URL.`,
    en: `Postgres does not run on this machine from ${copy}: run as an ordinary user, or use your own by DATABASE_URL.`,
  });
}
