import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { giveTo, placePostgres } from "../../bin/stack/placePostgres.ts";
import { type RunningPostgres, startPostgres } from "../../bin/stack/startPostgres.ts";
import type { Supervisor } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import type { TestFolder } from "../../test/harness/testFolder.ts";
import { type Endpoint, openEndpoint } from "./openEndpoint.ts";

/** How the primary knows its replica. */
const REPLICA = "replica";
const STREAMS_WITHIN_MS = 30_000;
const PROMOTED_WITHIN_S = 30;

export type Pair = Readonly<{
  primary: RunningPostgres;
  replica: RunningPostgres;
  /** What everybody connects to; it leads to the primary. */
  endpoint: Endpoint;
  /** The maintenance database, by the endpoint. */
  url: string;
  /** Whether each commit waits until the replica has it on its disk too. */
  setSynchronous(on: boolean): Promise<void>;
  /** From now on the replica gets nothing of what the primary commits. */
  holdStream(): void;
  /**
   * Every process of the primary is killed, as with a lost machine; the replica becomes the primary, and the endpoint leads to it.
   * @param look what is read of the new primary before anybody else can reach it, by the url of its maintenance database.
   */
  failOver<T>(look: (url: string) => Promise<T>): Promise<Readonly<{ killedAtMs: number; seen: T }>>;
  close(): void;
}>;

/** A primary and a streaming replica of it, each with its own data, of the build in `native`. */
export async function startPair(
  supervisor: Supervisor,
  { checkout, folder, native }: Readonly<{ checkout: string; folder: TestFolder; native: string }>,
): Promise<Pair> {
  const options = { checkout, native };
  const primary = await startPostgres(supervisor, { ...options, name: "primary", dataDir: folder.pathOf("primary") });
  const stream = await openEndpoint(primary.port);
  const dataDir = folder.pathOf(REPLICA);
  await copyPrimary(supervisor, { ...options, dataDir, url: at(primary.url, stream.port) });
  const replica = await startPostgres(supervisor, { ...options, name: REPLICA, dataDir });
  const endpoint = await openEndpoint(primary.port);
  const streaming = (state: string) =>
    until(`a ${state} replica`, STREAMS_WITHIN_MS, async () => {
      const rows = await ask(primary.url, `select from pg_stat_replication where sync_state = '${state}'`);
      return rows.length > 0 ? true : undefined;
    });
  await streaming("async");
  return {
    primary,
    replica,
    endpoint,
    url: at(primary.url, endpoint.port),
    setSynchronous: async (on) => {
      await ask(primary.url, `alter system set synchronous_standby_names = '${on ? REPLICA : ""}'`);
      await ask(primary.url, "select pg_reload_conf()");
      await streaming(on ? "sync" : "async");
    },
    holdStream: stream.hold,
    failOver: async (look) => {
      const children = await ask<{ pid: number }>(primary.url, "select pid from pg_stat_activity");
      const killedAtMs = Date.now();
      for (const pid of [primary.pid, ...children.map((child) => child.pid)]) killNow(pid);
      await primary.stop();
      stream.close();
      await ask(replica.url, `select pg_promote(true, ${PROMOTED_WITHIN_S})`);
      const seen = await look(replica.url);
      endpoint.turnTo(replica.port);
      return { killedAtMs, seen };
    },
    close: () => {
      endpoint.close();
      stream.close();
    },
  };
}

/** Postgres' own copy of a running server, which knows where to stream on from. @throws Error with its words when it fails. */
async function copyPrimary(
  supervisor: Supervisor,
  { checkout, native, dataDir, url }: Readonly<{ checkout: string; native: string; dataDir: string; url: string }>,
): Promise<void> {
  const place = placePostgres(checkout, dataDir);
  mkdirSync(dataDir, { mode: 0o700 });
  giveTo(dataDir, place);
  const { hostname, port, username, password } = new URL(url);
  const from = `host=${hostname} port=${port} user=${username} password=${password} application_name=${REPLICA}`;
  const copying = await supervisor.start({
    name: "pg_basebackup",
    command: join(native, "bin", "pg_basebackup"),
    args: [
      "--pgdata",
      dataDir,
      "--wal-method",
      "stream",
      "--write-recovery-conf",
      "--checkpoint",
      "fast",
      "--dbname",
      from,
    ],
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    stopSignal: "SIGINT",
    mayEnd: true,
    runAs: place.runAs,
  });
  const { code } = await copying.ended;
  if (code !== 0) throw new Error(`pg_basebackup ended with ${code}: ${copying.lastWords()}`);
}

/** The same database by another port. */
function at(url: string, port: number): string {
  const there = new URL(url);
  there.port = String(port);
  return there.href;
}

/** The session that listed the others has ended by itself. */
function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
