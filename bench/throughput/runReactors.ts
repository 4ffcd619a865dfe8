import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { launchProgram } from "../../bin/stack/startProgram.ts";
import type { Child } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import { REACTOR_LOCK_CLASS } from "../../reactor/store/identity.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import type { Spent } from "../profile.ts";
import type { Parts } from "../withParts.ts";
import { storeAwaiting } from "./awaitingPayments.ts";
import { serverCpuMs } from "./cpuOf.ts";
import { provideIndex } from "./instantChain.ts";

const LOOK_EVERY_MS = 100;
const LONGEST_MS = 240_000;
const STOP_WITHIN_MS = 15_000;
const LEGS = 3;
const READY_WITHIN_MS = 30_000;

export type Load = Readonly<{
  reactors: number;
  /** Paid before the others: so that the program is compiled and Postgres knows what its tables are like. */
  warmUp: number;
  payments: number;
  batch: number;
  inFlight: number;
  /** Whether the first reactor tells how it spends its time: watching itself slows it down, so that it is not measured then. */
  profiled: boolean;
}>;

export type Throughput = Readonly<{
  paymentsPerSecond: number;
  legsPerSecond: number;
  transitions: number;
  /** Per leg: transactions of any kind, and writes of the log to the disk. */
  commits: number;
  syncs: number;
  /** Per payment, of all reactors and of Postgres; ms. */
  reactorCpuMs: number;
  postgresCpuMs: number;
  /** Of one reactor, at the end. */
  residentMiB: number;
  /** How the first reactor spent its time, if it was asked to tell. */
  spent: Spent;
  wrong: readonly string[];
}>;

/**
 * Lets reactors bring payments from their deposits to their payouts, in an empty database, each with bank and chain in its own process.
 * Measured from the first deposit that is paid until the last payment is completed.
 */
export async function runReactors(
  { checkout, supervisor, databaseUrl: url }: Parts,
  { reactors, warmUp, payments, batch, inFlight, profiled }: Load,
): Promise<Throughput> {
  await migrate(url);
  await provideIndex(url);
  const all = warmUp + payments;
  await storeAwaiting(url, 1, all);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const children: Child[] = [];
    for (let nth = 0; nth < reactors; nth++) {
      const share = { BENCH_FROM: String(1 + nth), BENCH_EVERY: String(reactors) };
      const upTo = { BENCH_WARM_UP: String(warmUp), BENCH_TO: String(all) };
      children.push(
        await launchProgram(supervisor, {
          ...{
            name: `reactors-${reactors}-${nth}`,
            checkout,
            file: "bench/throughput/reactorProcess.ts",
            mayEnd: true,
          },
          env: {
            BENCH_DATABASE_URL: url,
            BENCH_BATCH: String(batch),
            BENCH_IN_FLIGHT: String(inFlight),
            BENCH_PROFILED: profiled ? "yes" : undefined,
            ...share,
            ...upTo,
          },
        }),
      );
    }
    await until("the reactors' numbers", READY_WITHIN_MS, async () => {
      const { rows } = await client.query(
        `select from pg_locks where locktype = 'advisory' and classid = ${REACTOR_LOCK_CLASS} and granted
          and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.length === reactors ? true : undefined;
    });
    await completed(client, warmUp);
    // As autovacuum leaves a database that has been running.
    await client.query("vacuum analyze");
    const before = await countersOf(client);
    const begunMs = performance.now();
    for (const { pid } of children) process.kill(pid, "SIGUSR2");
    const elapsedMs = (await completed(client, all)) - begunMs;
    const done = all - warmUp;
    const after = await countersOf(client);
    await Promise.all(children.map((child) => child.stop(STOP_WITHIN_MS)));
    const costs = children.map(({ logPath }) => readCosts(logPath));
    const each = (nth: (cost: Costs) => number) => costs.reduce((sum, cost) => sum + nth(cost), 0);
    const legs = LEGS * done;
    return {
      paymentsPerSecond: (done * 1_000) / elapsedMs,
      legsPerSecond: (legs * 1_000) / elapsedMs,
      transitions: (after.moves - before.moves) / done,
      commits: (after.commits - before.commits) / legs,
      syncs: (after.syncs - before.syncs) / legs,
      reactorCpuMs: each(({ cpuMs }) => cpuMs) / done,
      postgresCpuMs: (after.cpuMs - before.cpuMs) / done,
      residentMiB: each(({ residentMiB }) => residentMiB) / reactors,
      spent: costs[0]?.spent ?? [],
      wrong: [...(after.reviews === 0 ? [] : [`${after.reviews} legs went to review.`])],
    };
  } finally {
    await client.end();
  }
}

/** @returns when as many were completed. @throws Error when that takes too long. */
async function completed(client: pg.Client, payments: number): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { rows } = await client.query(
      "select count(*)::int as done from kustodia.payment where status = 'completed'",
    );
    const { done } = rows[0] as { done: number };
    const nowMs = performance.now();
    if (done >= payments) return nowMs;
    if (nowMs - startedMs > LONGEST_MS)
      throw new Error(`After ${LONGEST_MS} ms ${done} of ${payments} payments are completed.`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function countersOf(client: pg.Client) {
  const { rows } = await client.query(`select pg_backend_pid() as pid,
    (select xact_commit::int from pg_stat_database where datname = current_database()) as commits,
    (select wal_sync::int from pg_stat_wal) as syncs,
    (select count(*)::int from kustodia.event where leg_id is not null) as moves,
    (select count(*)::int from kustodia.leg where state = 'review') as reviews`);
  const { pid, ...counters } = rows[0] as Readonly<Record<"pid" | "commits" | "syncs" | "moves" | "reviews", number>>;
  return { ...counters, cpuMs: serverCpuMs(pid) };
}

type Costs = Readonly<{ cpuMs: number; residentMiB: number; spent: Spent }>;

/** What a reactor said of itself at its end. */
function readCosts(logPath: string): Costs {
  const line = readFileSync(logPath, "utf8")
    .split("\n")
    .findLast((one) => one.startsWith("{"));
  if (line === undefined) throw new Error(`A reactor did not say what it cost: ${logPath}`);
  return JSON.parse(line) as Costs;
}
