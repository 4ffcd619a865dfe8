import { existsSync, writeFileSync } from "node:fs";
import pg from "pg";
import { freePort } from "../../bin/stack/freePort.ts";
import type { Child, Supervisor } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";

/** Where distributions put it; null where it is not installed. */
export const pgbouncer =
  ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].find(existsSync) ?? null;

/** What DEPLOYMENT.md says must stand in its configuration. */
const BOUNDED = "connect_query='set statement_timeout = 20000; set idle_in_transaction_session_timeout = 10000'";

/**
 * Starts PgBouncer before a database, with a session for each transaction.
 * @param sessions how many it opens at most.
 * @returns the database's address through it, and one whose sessions nothing bounds.
 */
export async function startPooler(
  supervisor: Supervisor,
  program: string,
  { databaseUrl, sessions, file }: Readonly<{ databaseUrl: string; sessions: number; file: string }>,
): Promise<Readonly<{ url: string; endlessUrl: string; child: Child }>> {
  const to = new URL(databaseUrl);
  const port = await freePort();
  const server = `host=${to.hostname} port=${to.port} dbname=${to.pathname.slice(1)} user=${to.username} password=${to.password}`;
  writeFileSync(
    file,
    [
      ...["[databases]", `bounded = ${server} ${BOUNDED}`, `endless = ${server}`],
      ...["[pgbouncer]", "listen_addr = 127.0.0.1", `listen_port = ${port}`, "unix_socket_dir =", "auth_type = any"],
      ...["pool_mode = transaction", `default_pool_size = ${sessions}`, "max_client_conn = 200", ""],
    ].join("\n"),
  );
  const child = await supervisor.start({
    name: "pgbouncer",
    command: program,
    args: ["-q", file],
    cwd: "/",
    env: {},
    stopSignal: "SIGINT",
    // It does not run as root.
    runAs: process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined,
  });
  const through = (name: string) => `postgresql://kustodia@127.0.0.1:${port}/${name}`;
  await until("an answer through PgBouncer", 10_000, () => answers(through("bounded")));
  return { url: through("bounded"), endlessUrl: through("endless"), child };
}

async function answers(url: string): Promise<true | undefined> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    // Not listening yet: asked again, under a bound.
    return undefined;
  } finally {
    await client.end();
  }
}
