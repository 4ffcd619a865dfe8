import { setTimeout as sleep } from "node:timers/promises";
import { compareBooks, type Disagreement } from "../../bin/audit/compareBooks.ts";
import { percentile } from "../../bin/certify/figures.ts";
import { openSystem, type System } from "../../bin/certify/openSystem.ts";
import { keepWorkLog } from "../../bin/certify/workLog.ts";
import { until } from "../../bin/stack/until.ts";
import { answers, waitUntilReady } from "../../bin/stack/waitUntilReady.ts";
import { REACTOR_LOCK_CLASS } from "../../reactor/store/identity.ts";
import type { Measured, Settings } from "../measured.ts";
import { withParts } from "../withParts.ts";
import { keepPaying } from "./keepPaying.ts";

const WHOLE = { kills: 15, perSecond: 3 };
const TINY = { kills: 1, perSecond: 2 };
/** What is promised of a leg whose reactor was killed, ms. */
const GOES_ON_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 5;
const READY_WITHIN_MS = 60_000;
const HOLDS_WITHIN_MS = 60_000;
/** A lease that nobody gives back runs out after 30 s: then at the latest somebody goes on. */
const TAKEN_WITHIN_MS = 40_000;
const ALL_END_WITHIN_MS = 180_000;

/**
 * Kills one of two reactors with SIGKILL while payments keep coming, again and again, and measures for each leg that it held
 * at that moment how long it takes until the other one works on it. Whole system, real parts; at the end every payment must
 * be paid and the three books must agree, so that what was done twice is counted.
 */
export function benchRecovery({ tiny, say }: Settings): Promise<Measured> {
  const { kills, perSecond } = tiny ? TINY : WHOLE;
  return withParts(async ({ checkout, supervisor, postgresUrl }) => {
    const system = await openSystem(supervisor, checkout, postgresUrl, "one-step");
    try {
      await system.startStandby();
      await keepWorkLog(system.database.pool);
      const load = keepPaying(system, perSecond);
      const resumedMs: number[] = [];
      const freedMs: number[] = [];
      for (let kill = 1; kill <= kills; kill++) {
        const { took, freed } = await killOne(system);
        resumedMs.push(...took);
        freedMs.push(freed);
        say(`kill ${kill} of ${kills}: ${took.map((ms) => `${Math.round(ms)} ms`).join(", ")}`);
      }
      const payments = await load.stop();
      await allPaid(system, payments.length);
      const differences = await compareBooks(
        system,
        payments.map((payment) => ({ ...payment, stage: "paid" })),
      );
      return measured({ kills, perSecond, payments: payments.length, resumedMs, freedMs, differences });
    } finally {
      await system.close();
    }
  });
}

/**
 * Starts a second reactor, kills it once it has legs in its hands. @returns after how long each of them was worked on again, and
 * after how long Postgres had seen its end, ms.
 */
async function killOne(system: System): Promise<Readonly<{ took: readonly number[]; freed: number }>> {
  const { pool } = system.database;
  const reactor = await system.launchReactor({});
  await waitUntilReady(reactor, READY_WITHIN_MS, () => answers(`${system.apiUrl}/ready`));
  // It is the newest one, so that it has the last number.
  const heldByIt = async () => {
    const { rows } = await pool.query<{ id: number }>(
      `select id from kustodia.leg where lease_holder = (select last_value from kustodia.reactor_number) and lease_until > now()`,
    );
    return rows.map(({ id }) => id);
  };
  return until("legs in the hands of the one to be killed", HOLDS_WITHIN_MS, async () => {
    if ((await heldByIt()).length === 0) return undefined;
    process.kill(reactor.pid, "SIGKILL");
    const killedAtMs = Date.now();
    const freeing = untilFreed(system, killedAtMs);
    // Awaited below, when what it held was asked.
    freeing.catch(() => undefined);
    await reactor.ended;
    // What it had saved before the signal came is nobody's loss.
    const held = await heldByIt();
    await reactor.stop();
    const took = await until("what it held, taken up", TAKEN_WITHIN_MS, () => allTaken(system, held, killedAtMs));
    return { took, freed: await freeing };
  });
}

/** After how long the newest reactor's number is nobody's any more, ms: from then on its legs may be taken. */
async function untilFreed(system: System, sinceMs: number): Promise<number> {
  while (Date.now() - sinceMs < TAKEN_WITHIN_MS) {
    const { rows } = await system.database.pool.query(
      `select from pg_locks, kustodia.reactor_number where locktype = 'advisory' and classid = $1 and objid = last_value::bigint
         and database = (select oid from pg_database where datname = current_database())`,
      [REACTOR_LOCK_CLASS],
    );
    if (rows.length === 0) return Date.now() - sinceMs;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`Postgres did not see within ${TAKEN_WITHIN_MS} ms that a reactor was killed.`);
}

/** After how long each of these legs was worked on again, ms; undefined while one was not. */
async function allTaken(
  system: System,
  legs: readonly number[],
  sinceMs: number,
): Promise<readonly number[] | undefined> {
  const { rows } = await system.database.pool.query<{ ms: number }>(
    `select extract(epoch from min(at) - to_timestamp($2 / 1000.0))::float8 * 1000 as ms
     from certify.work where leg_id = any($1) and at > to_timestamp($2 / 1000.0) group by leg_id`,
    [legs, sinceMs],
  );
  return rows.length === legs.length ? rows.map(({ ms }) => ms) : undefined;
}

async function allPaid(system: System, payments: number): Promise<void> {
  await until("every payment paid", ALL_END_WITHIN_MS, async () => {
    const { rows } = await system.database.pool.query("select from kustodia.payment where status = 'completed'");
    return rows.length === payments ? true : undefined;
  });
}

type Seen = Readonly<{
  kills: number;
  perSecond: number;
  payments: number;
  resumedMs: readonly number[];
  freedMs: readonly number[];
  differences: readonly Disagreement[];
}>;

function measured({ kills, perSecond, payments, resumedMs, freedMs, differences }: Seen): Measured {
  const [p50Ms, p99Ms] = [percentile(resumedMs, 50) ?? 0, percentile(resumedMs, 99) ?? 0];
  const counted = (which: (surplus: number) => number) =>
    differences.reduce((sum, { surplus }) => sum + Math.max(0, which(surplus)), 0);
  return {
    settings: { kills, payments_per_second: perSecond, reactors: 2 },
    figures: { p50Ms, p99Ms, duplicates: counted((surplus) => surplus), lost: counted((surplus) => -surplus) },
    details: {
      "payments, all paid": payments,
      "legs in the hands of a killed reactor": resumedMs.length,
      "worst ms": Math.round(Math.max(...resumedMs)),
      "of it, until Postgres saw the end of the killed one, p50 / worst ms": `${percentile(freedMs, 50)} / ${Math.max(...freedMs)}`,
    },
    wrong: differences.map(({ what, wanted, found }) => `${what}: ${found} instead of ${wanted}.`),
    missed: p99Ms <= GOES_ON_WITHIN_MS ? [] : [`A leg went on after ${p99Ms} ms, not ${GOES_ON_WITHIN_MS} ms.`],
  };
}
