import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { follow } from "../faults/support/follow.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { pgbouncer, startPooler } from "./startPooler.ts";

const folder = openTestFolder();
const supervisor = supervise(folder.path);
const system = await freshSystem();
const { pool, url } = system.database;
let reactor: RunningReactor | null = null;
const { paidBy, allPaidOnce } = follow(system, () => reactor ?? { url: "" });
afterAll(async () => {
  await system.close();
  await supervisor.stopAll(10_000);
  folder.remove();
});

/** As DEPLOYMENT.md counts them: deliveries share the way of the queries; locks, the lock of life and the index's bell do not. */
const QUERIES = 5;
const DELIVERIES = 4;
const STRAIGHT = 12;
/** Many more at once than there are connections. */
const BURST = 60;

/** Most sessions that our programs but the indexer had at any look until `work` ended. */
async function mostSessions(work: Promise<unknown>): Promise<number> {
  let most = 0;
  let ended = false;
  work.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  while (!ended) {
    const { rows } = await pool.query<{ n: number }>(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'kustodia%'",
    );
    most = Math.max(most, rows[0]?.n ?? 0);
  }
  await work;
  return most;
}

/** A payment from end to end, with all lists asked for at once meanwhile. @throws when one of them is not answered 200. */
async function paidUnderBurst({ url }: RunningReactor, amount: string): Promise<void> {
  const payments = await paidBy([amount], 2_000);
  const headers = { authorization: `Bearer ${system.apiKey}` };
  const ask = async (path: string) => (await fetch(`${url}${path}`, { headers })).status;
  const paths = ["/api/payments", "/api/overview", "/api/books/balances"];
  const asked = Array.from({ length: BURST }, (_, index) => ask(paths[index % paths.length] ?? "/api/payments"));
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
  await allPaidOnce(payments);
}

test("a reactor under load opens no more connections than it is given, and those that DEPLOYMENT.md counts beside them", async () => {
  reactor = await system.startReactor("straight", { DATABASE_CONNECTIONS: String(QUERIES) });
  const most = await mostSessions(paidUnderBurst(reactor, "1510.00"));
  expect(most).toBeGreaterThan(QUERIES);
  expect(most).toBeLessThanOrEqual(QUERIES + DELIVERIES + STRAIGHT);
  await reactor.stop();
  const told = readFileSync(resolve(import.meta.dirname, "../../DEPLOYMENT.md"), "utf8");
  expect(told).toContain(`\`DATABASE_CONNECTIONS\` + ${DELIVERIES} + ${STRAIGHT}`);
}, 120_000);

if (pgbouncer === null) process.stdout.write("No pgbouncer is installed here: nothing is tried through it.\n");

test.skipIf(pgbouncer === null)(
  "through PgBouncer with a session for each transaction a payment is made and paid once, with fewer sessions than connections",
  async () => {
    const sessions = 4;
    const options = { databaseUrl: url, sessions, file: folder.pathOf("pgbouncer.ini") };
    const { url: poolerUrl, endlessUrl } = await startPooler(supervisor, pgbouncer ?? "", options);
    const through = { DATABASE_URL: poolerUrl, DATABASE_DIRECT_URL: url };
    reactor = await system.startReactor("pooled", through);
    const most = await mostSessions(paidUnderBurst(reactor, "1520.00"));
    expect(most).toBeLessThanOrEqual(sessions + STRAIGHT);
    await reactor.stop();
    // A frozen reactor would hold its rows for ever.
    const endless = system.startReactor("endless", { ...through, DATABASE_URL: endlessUrl });
    await expect(endless).rejects.toThrow(/pooler.*idle_in_transaction_session_timeout/s);
  },
  120_000,
);
