import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import { follow } from "../faults/support/follow.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { apiOf } from "../journeys/support/api.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
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

const LOOKS = 15;

/**
 * Most sessions that our programs but the indexer have while every question about a payment has to wait: each is then on a
 * connection, or waits for one. @throws when one of them is not answered 200 afterwards.
 */
async function mostSessions({ url }: RunningReactor): Promise<number> {
  const headers = { authorization: `Bearer ${system.apiKey}` };
  const holder = await pool.connect();
  let most = 0;
  let asked: Promise<number>[] = [];
  try {
    await holder.query("begin");
    await holder.query("lock table kustodia.payment in access exclusive mode");
    asked = Array.from({ length: BURST }, async () => (await fetch(`${url}/api/payments`, { headers })).status);
    for (let look = 0; look < LOOKS; look += 1) {
      await sleep(100);
      const { rows } = await pool.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'kustodia%'",
      );
      most = Math.max(most, rows[0]?.n ?? 0);
    }
  } finally {
    await holder.query("rollback");
    holder.release();
  }
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
  return most;
}

test("a reactor under load opens no more connections than it is given, and those that DEPLOYMENT.md counts beside them", async () => {
  reactor = await system.startReactor("straight", { DATABASE_CONNECTIONS: String(QUERIES) });
  const most = await mostSessions(reactor);
  expect(most).toBeGreaterThan(QUERIES);
  expect(most).toBeLessThanOrEqual(QUERIES + DELIVERIES + STRAIGHT);
  await reactor.stop();
  const told = readFileSync(resolve(import.meta.dirname, "../../DEPLOYMENT.md"), "utf8");
  expect(told).toContain(`\`DATABASE_CONNECTIONS\` + ${DELIVERIES} + ${STRAIGHT}`);
}, 120_000);

test("a crowd at the API that has every connection it may have holds up no payment whose money has come", async () => {
  reactor = await system.startReactor("crowded", { DATABASE_CONNECTIONS: String(QUERIES) });
  const headers = { authorization: `Bearer ${system.apiKey}` };
  const payments = await paidBy(["2210.00"], 15_000);
  await untilStatus(apiOf(reactor, system), payments[0]?.id ?? 0, "active", 60_000);
  const holder = await pool.connect();
  let stopping = false;
  const crowd = async () => {
    while (!stopping) await fetch(`${reactor?.url}/api/payments`, { headers }).then((answer) => answer.text());
  };
  try {
    // Whoever asks must be known first; the machine asks nobody who it is.
    await holder.query("begin");
    await holder.query("lock table kustodia.api_key in access exclusive mode");
    const asking = Array.from({ length: BURST }, crowd);
    await until("the payment's end", 60_000, async () => {
      const { rows } = await pool.query<{ status: string }>("select status from kustodia.payment where id = $1", [
        payments[0]?.id,
      ]);
      return rows[0]?.status === "completed" ? true : undefined;
    });
    stopping = true;
    await holder.query("rollback");
    await Promise.all(asking);
  } finally {
    stopping = true;
    await holder.query("rollback");
    holder.release();
  }
  await allPaidOnce(payments);
  await reactor.stop();
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
    const payments = await paidBy(["1520.00"], 2_000);
    expect(await mostSessions(reactor)).toBeLessThanOrEqual(sessions + STRAIGHT);
    await allPaidOnce(payments);
    await reactor.stop();
    // A frozen reactor would hold its rows for ever.
    const endless = system.startReactor("endless", { ...through, DATABASE_URL: endlessUrl });
    await expect(endless).rejects.toThrow(/pooler.*idle_in_transaction_session_timeout/s);
  },
  120_000,
);
