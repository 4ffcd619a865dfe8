import { execFileSync } from "node:child_process";
import { chownSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "../../bin/stack/startPostgres.ts";
import type { Supervisor } from "../../bin/stack/supervise.ts";

const checkout = resolve(import.meta.dirname, "../..");

/**
 * Starts a real streaming replica of a Postgres of ours: its files copied while it runs, as Postgres' own low-level backup has
 * it (npm's binaries have no pg_basebackup), and its log streamed from then on.
 */
export async function startReplica(supervisor: Supervisor, primary: RunningPostgres): Promise<RunningPostgres> {
  const dataDir = `${primary.dataDir}-replica`;
  const { uid, gid } = statSync(primary.dataDir);
  /** Postgres renames and syncs these: they must be its own. */
  const write = (name: string, text: string) => {
    writeFileSync(join(dataDir, name), text);
    chownSync(join(dataDir, name), uid, gid);
  };
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('replica', fast => true)");
    execFileSync("cp", ["-a", primary.dataDir, dataDir]);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    write("backup_label", rows[0]?.labelfile ?? "");
  } finally {
    await client.end();
  }
  rmSync(join(dataDir, "postmaster.pid"));
  const { hostname, port, username, password } = new URL(primary.url);
  write(
    "postgresql.auto.conf",
    `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`,
  );
  write("standby.signal", "");
  return startPostgres(supervisor, { checkout, dataDir });
}
