import { setTimeout as sleep } from "node:timers/promises";
import { compareBooks } from "../../bin/audit/compareBooks.ts";
import { openSystem, type System } from "../../bin/certify/openSystem.ts";
import { apiAt } from "../../bin/cli/askApi.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import { answers, waitUntilReady } from "../../bin/stack/waitUntilReady.ts";
import { moneyRequests } from "../../test/faults/support/bankRequests.ts";
import { openTestFolder } from "../../test/harness/testFolder.ts";
import { type Commits, costOfCommits } from "./costOfCommits.ts";
import { countDoubles } from "./countDoubles.ts";
import { type Created, keepCreating } from "./keepCreating.ts";
import { startPair } from "./startPair.ts";
import { type Lost, whatWasLost } from "./whatWasLost.ts";

export type Sizes = Readonly<{
  perSecond: number;
  /** How long payments come before the primary is killed, and after it, ms. */
  beforeMs: number;
  afterMs: number;
  /** How far an asynchronous replica is behind when the primary is killed, ms. */
  behindMs: number;
  commits: number;
}>;

export type Survived = Readonly<{
  created: number;
  lost: Lost;
  /** From the kill to the first event that the new primary has, ms; null where nothing went on. */
  recoveryMs: number | null;
  /** From the kill until the indexer, started anew, was ready, ms. */
  indexedAgainMs: number;
  completed: number;
  /** Why no money leaves any more. */
  stops: readonly string[];
  doubles: readonly string[];
  /** What must not be, in sentences. */
  wrong: readonly string[];
  cost: Readonly<{ asynchronous: Commits; synchronous: Commits }> | null;
}>;

const STOP_WITHIN_MS = 15_000;
const READY_WITHIN_MS = 60_000;
const ALL_END_WITHIN_MS = 120_000;
/** Several readings of the bank and several blocks. */
const STANDS_STILL_MS = 5_000;

/**
 * A whole system with two reactors on a primary and its replica, under load, loses the primary. Synchronous: nothing that was
 * acknowledged may be lost, and every payment must be paid once. Asynchronous, and seconds behind: what was acknowledged since is
 * gone, so that either nothing that left is among it and all is paid, or money must stand still until persons have looked.
 */
export async function surviveFailover(
  way: "synchronous" | "asynchronous",
  { perSecond, beforeMs, afterMs, behindMs, commits }: Sizes,
  { checkout, native, say }: Readonly<{ checkout: string; native: string; say: (line: string) => void }>,
): Promise<Survived> {
  const folder = openTestFolder();
  const supervisor = supervise(folder.path);
  const close: (() => unknown)[] = [() => supervisor.stopAll(STOP_WITHIN_MS), folder.remove];
  try {
    const pair = await startPair(supervisor, { checkout, folder, native });
    close.unshift(pair.close);
    const cost = way === "synchronous" ? await costOfCommits(pair, commits) : null;
    await pair.setSynchronous(way === "synchronous");
    const system = await openSystem(supervisor, checkout, pair.url, "one-step");
    close.unshift(system.close);
    await system.startStandby();
    const reactor = await system.launchReactor({});
    await waitUntilReady(reactor, READY_WITHIN_MS, () => answers(`${system.apiUrl}/ready`));
    const load = keepCreating(system, perSecond);
    await sleep(beforeMs);
    if (way === "asynchronous") {
      pair.holdStream();
      await sleep(behindMs);
    }
    const answered = load.answered();
    const { killedAtMs, seen: lost } = await pair.failOver((url) => whatWasLost(system, url, answered));
    say(`${way}: killed and promoted; lost ${JSON.stringify(lost)} of ${answered.length} payments`);
    // Ponder does not outlive a transaction that is cut off, and what it had committed it may have lost: it lets the disk wait.
    const indexedAgain = system.restartPonder().then(() => Date.now() - killedAtMs);
    await sleep(afterMs);
    const created = await load.stop();
    const indexedAgainMs = await indexedAgain;
    const ended = await endOf(system, created);
    const doubles = await countDoubles(system, created);
    const wrong = [
      ...doubles,
      ...(way === "synchronous" ? await wrongAfterAll(system, created, lost) : []),
      ...(await wrongAfterStop(system, lost, ended.stops)),
    ];
    return {
      created: created.length,
      lost,
      indexedAgainMs,
      recoveryMs: await resumedAfterMs(system, killedAtMs),
      ...ended,
      doubles,
      wrong,
      cost,
    };
  } finally {
    for (const one of close) await one();
  }
}

/** Waits until all that are still known are paid, or until money has been stopped. */
async function endOf(system: System, created: readonly Created[]) {
  const { pool } = system.database;
  return until("every payment paid, or money stopped", ALL_END_WITHIN_MS, async () => {
    const { history } = await killSwitchAt(system.standbyUrl, system.apiKey).status();
    const stops = history.filter(({ lifted_at }) => lifted_at === null).map(({ why }) => why);
    const { rows } = await pool.query<{ status: string }>("select status from kustodia.payment where id = any($1)", [
      created.map(({ id }) => id),
    ]);
    const completed = rows.filter(({ status }) => status === "completed").length;
    return completed === rows.length || stops.length > 0 ? { completed, stops } : undefined;
  });
}

/** With synchronous replication nothing is lost, everybody is paid, and the books of all three agree. */
async function wrongAfterAll(system: System, created: readonly Created[], lost: Lost): Promise<readonly string[]> {
  const gone = Object.entries(lost).flatMap(([what, times]) => (times > 0 ? [`${times} ${what} lost.`] : []));
  const differences = await compareBooks(
    system,
    created.map((payment) => ({ ...payment, stage: "paid" })),
  );
  const told = differences.map(({ what, wanted, found }) => `${what}: ${found} instead of ${wanted}.`);
  return [...gone, ...told, ...(await wrongInReconciliation(system))];
}

/** Reconciles until two readings in a row could have seen it. */
async function wrongInReconciliation(system: System): Promise<readonly string[]> {
  const api = apiAt(system.standbyUrl, system.apiKey);
  const { pool } = system.database;
  const differing = async () => {
    await api("POST", "/automation/trigger", { process: "sync" });
    const { rows: reconciled } = await pool.query<{ differs: boolean }>(
      `select difference_centavos <> 0 or breaks > 0 or payments <> matched as differs from kustodia.reconciliation
       order by id desc limit 1`,
    );
    if (reconciled[0]?.differs === false) return [];
    const { rows } = await pool.query<{ told: string }>(
      "select concat_ws(' ', kind, source, outside_id, 'of payment', payment_id) as told from kustodia.break where healed_at is null",
    );
    return [`The reconciliation finds differences: ${rows.map(({ told }) => told).join("; ")}.`];
  };
  let last: readonly string[] = [];
  const look = async () => {
    last = await differing();
    return last.length === 0 ? true : undefined;
  };
  await until("a reconciliation without differences", READY_WITHIN_MS, look).catch(() => undefined);
  return last;
}

/** Orders that the database has forgotten must stop money, and what is stopped must stand still. */
async function wrongAfterStop(system: System, lost: Lost, stops: readonly string[]): Promise<readonly string[]> {
  if (stops.length === 0) return lost.bankOrders + lost.nonces > 0 ? ["Orders were forgotten and money leaves."] : [];
  const before = (await moneyRequests(system.sandbox)).length;
  await sleep(STANDS_STILL_MS);
  const more = (await moneyRequests(system.sandbox)).length - before;
  return more > 0 ? [`${more} orders left although money was stopped.`] : [];
}

async function resumedAfterMs(system: System, killedAtMs: number): Promise<number | null> {
  const { rows } = await system.database.pool.query<{ ms: number | null }>(
    "select extract(epoch from min(at))::float8 * 1000 as ms from kustodia.event where at > to_timestamp($1 / 1000.0) and leg_id is not null",
    [killedAtMs],
  );
  const [first] = rows;
  return first?.ms == null ? null : Math.round(first.ms - killedAtMs);
}
