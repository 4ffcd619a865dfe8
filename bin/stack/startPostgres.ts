import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "./freePort.ts";
import { giveTo, type PostgresPlace, placePostgres } from "./placePostgres.ts";
import { StackError } from "./StackError.ts";
import type { Child, Supervisor } from "./supervise.ts";
import { waitUntilReady } from "./waitUntilReady.ts";

export interface PostgresOptions {
  /** The checkout this Postgres belongs to: names the place of a copy of the binaries, should one be needed. */
  checkout: string;
  /** Kept across restarts. As root it must be reachable by uid 65534. */
  dataDir: string;
  /** A free one when left out. */
  port?: number;
  /** Another build than npm's, such as Debian's: the folder that has `bin/`. */
  native?: string;
  /** Tells the logs of several servers apart. */
  name?: string;
}

export interface RunningPostgres {
  /** Of the maintenance database `postgres`, as the superuser. */
  url: string;
  port: number;
  dataDir: string;
  pid: number;
  /** Fast shutdown: open transactions are rolled back, the rest is on disk; then waits for the end. */
  stop: Child["stop"];
}

const USER = "kustodia";
/** The cluster's password, kept inside the data directory, which nobody but Postgres' user and root can open. */
const PASSWORD_FILE = "kustodia.password";
/** Postgres' own C.UTF-8 (new in 17): the same order on every machine, and É still becomes é. */
const LOCALE = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
/** The machine's, for a build that may be older. */
const LOCALE_OF_MACHINE = ["--locale=C.UTF-8"];
/** Recovery after a crash replays what was written since the last checkpoint; more than this means it does not work. */
const READY_WITHIN_MS = 45_000;

/**
 * Starts a real Postgres on 127.0.0.1, 17 from npm's binaries unless told of others, with its data in `dataDir` (made on the
 * first start).
 * @throws {StackError} when the binaries are missing, a folder cannot be written, or it does not come up
 */
export async function startPostgres(supervisor: Supervisor, options: PostgresOptions): Promise<RunningPostgres> {
  const placed = placePostgres(options.checkout, options.dataDir);
  const place = { ...placed, native: options.native ?? placed.native };
  const locale = options.native === undefined ? LOCALE : LOCALE_OF_MACHINE;
  if (!existsSync(place.dataDir)) await makeCluster(supervisor, place, locale);
  const password = readFileSync(join(place.dataDir, PASSWORD_FILE), "utf8").trim();
  const port = options.port ?? (await freePort());
  const child = await supervisor.start({
    name: options.name ?? "postgres",
    command: join(place.native, "bin", "postgres"),
    args: ["-D", place.dataDir, ...settings(port)],
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    // Its own words for a fast shutdown; SIGTERM would wait for every client to leave.
    stopSignal: "SIGINT",
    runAs: place.runAs,
  });
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
  await waitUntilReady(child, READY_WITHIN_MS, () => acceptsConnections(url));
  return { url, port, dataDir: place.dataDir, pid: child.pid, stop: child.stop };
}

function settings(port: number): string[] {
  const values = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    // Ponder opens about thirty connections and each reactor about ten; tests run several of both on one server.
    max_connections: 200,
    // What the books say must survive a power cut.
    fsync: "on",
    synchronous_commit: "on",
    // A killed reactor's lock is free in milliseconds, not when the network notices (DESIGN 5).
    client_connection_check_interval: "500ms",
    timezone: "UTC",
    log_timezone: "UTC",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** initdb beside the real place, then one rename: an interrupted first start leaves nothing that looks like a cluster. */
async function makeCluster(supervisor: Supervisor, place: PostgresPlace, locale: readonly string[]): Promise<void> {
  const draft = `${place.dataDir}.new`;
  const passwordFile = `${place.dataDir}.password`;
  const password = randomBytes(24).toString("hex");
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(draft, place);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(passwordFile, place);
  const initdb = await supervisor.start({
    name: "initdb",
    command: join(place.native, "bin", "initdb"),
    args: [
      "-D",
      draft,
      "-U",
      USER,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--data-checksums",
      ...locale,
    ],
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    stopSignal: "SIGINT",
    mayEnd: true,
    runAs: place.runAs,
  });
  const exit = await initdb.ended;
  rmSync(passwordFile);
  if (exit.code !== 0) throw noCluster(place.dataDir, initdb);
  const kept = join(draft, PASSWORD_FILE);
  writeFileSync(kept, `${password}\n`, { mode: 0o600 });
  giveTo(kept, place);
  renameSync(draft, place.dataDir);
}

async function acceptsConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Not listening yet, or (57P03, cannot_connect_now) still starting up; all else is no matter of time.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ECONNREFUSED" || code === "57P03") return false;
    throw error;
  } finally {
    await client.end();
  }
}

function noCluster(dataDir: string, initdb: Child): StackError {
  return new StackError({
    es: `No se pudo crear la base de datos en ${dataDir}: revise espacio y permisos; el registro está en ${initdb.logPath}.`,
    en: `The database could not be made in ${dataDir}: check space and permissions. The last words:\n${initdb.lastWords()}`,
  });
}
