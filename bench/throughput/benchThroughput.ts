import { createDatabase } from "../../bin/stack/createDatabase.ts";
import type { Measured, Settings } from "../measured.ts";
import { linesOf } from "../profile.ts";
import { withParts } from "../withParts.ts";
import { runOverHttp } from "./runOverHttp.ts";
import { type Load, runReactors, type Throughput } from "./runReactors.ts";
import { runTwoCommits, TRANSITIONS } from "./twoCommits.ts";

const WHOLE = { warmUp: 200, payments: 1_000, profiled: 400, byHand: 600, reactors: [1, 2, 4], overHttp: 60 };
const TINY = { warmUp: 0, payments: 10, profiled: 10, byHand: 10, reactors: [1], overHttp: 0 };
const BATCH = 100;
const BATCHES_IN_FLIGHT = 3;
/** Where the chain answers at once there is no nonce to be stuck behind; the real limit is in the run over Anvil. */
const NONCES_IN_FLIGHT = 1_000;
const LEAST_OVER_BY_HAND = 3;
/** Of an account at Juno, in a minute. */
const BANK_CALLS = 300;
/** A reading each five seconds, while nothing is new: a page of each of two lists, and the balances. */
const READINGS = (60 / 5) * 3;
/**
 * A withdrawal, a look at the accounts, a redemption; of each of the four transactions its detail. And a part of the pages that show
 * these and the SPEI anew, a hundred entries each: the last hour's every five minutes, the last day's each hour.
 */
const CALLS_A_PAYMENT = 7 + (5 * (12 + 24)) / 100;
/** What SPEI moves in Mexico on the average. */
const COUNTRY_PER_SECOND = 200;

/**
 * Whole payments from the SPEI deposit to the paid-out SPEI, through the real step, lane, readings, books and seals, on a bank
 * and a chain that answer at once in the reactor's process, with 1, 2 and 4 reactors on one Postgres with fsync; beside a loop
 * by hand with two commits for each transition.
 */
export function benchThroughput({ tiny, say }: Settings): Promise<Measured> {
  const { warmUp, payments, profiled, byHand, reactors, overHttp } = tiny ? TINY : WHOLE;
  const bankPerSecond = (BANK_CALLS - READINGS) / 60 / CALLS_A_PAYMENT;
  say(
    `Juno lets ${bankPerSecond.toFixed(1)} payments a second through one account (${BANK_CALLS} calls a minute, ${READINGS} for readings, ${CALLS_A_PAYMENT} a payment);`,
  );
  say(`SPEI moves some ${COUNTRY_PER_SECOND} transfers a second in the whole country.`);
  return withParts(async (parts) => {
    say(`a loop by hand with two commits a transition, ${byHand} payments …`);
    const handPerSecond = await runTwoCommits(await createDatabase(parts.databaseUrl, "by_hand"), byHand);
    say(`  ${handPerSecond.toFixed(1)} payments a second`);
    const reactorsOf = async (name: string, load: Pick<Load, "reactors" | "payments" | "profiled">) => {
      const databaseUrl = await createDatabase(parts.databaseUrl, name);
      return runReactors({ ...parts, databaseUrl }, { ...load, warmUp, batch: BATCH, inFlight: NONCES_IN_FLIGHT });
    };
    const runs = new Map<number, Throughput>();
    for (const count of reactors) {
      say(`${count} reactors, ${payments} payments …`);
      const run = await reactorsOf(`reactors_${count}`, { reactors: count, payments, profiled: false });
      say(`  ${run.paymentsPerSecond.toFixed(1)} payments a second`);
      runs.set(count, run);
    }
    say(`one reactor, ${profiled} payments, how it spends its time …`);
    const { spent } = await reactorsOf("profiled", { reactors: 1, payments: profiled, profiled: true });
    if (overHttp > 0) say(`one reactor, ${overHttp} payments over HTTP and Anvil …`);
    const http = overHttp > 0 ? { overHttpPerSecond: await runOverHttp(parts, overHttp) } : {};
    const alone = runs.get(1);
    if (alone === undefined) throw new Error("One reactor was not measured.");
    const { paymentsPerSecond, legsPerSecond } = alone;
    const ratio = paymentsPerSecond / handPerSecond;
    const several = [...runs].flatMap(([count, run]) =>
      count === 1 ? [] : [[`reactors${count}PerSecond`, run.paymentsPerSecond] as const],
    );
    return {
      settings: {
        ...{ payments, batch: BATCH, batches_in_flight: BATCHES_IN_FLIGHT, nonces_in_flight: NONCES_IN_FLIGHT },
        ...{ by_hand_payments: byHand, over_http_payments: overHttp },
        ...{ transitions_by_hand: TRANSITIONS, bank_payments_per_second: bankPerSecond.toFixed(1) },
        country_per_second: COUNTRY_PER_SECOND,
      },
      figures: {
        ...{ paymentsPerSecond, legsPerSecond, byHandPerSecond: handPerSecond, overByHand: ratio, ...http },
        ...Object.fromEntries(several),
      },
      details: Object.assign({}, ...[...runs].map(([count, run]) => detailsOf(count, run))),
      shown: { "How one reactor spends its time": linesOf(spent) },
      wrong: [...runs].flatMap(([count, { wrong }]) => wrong.map((what) => `${count} reactors: ${what}`)),
      missed: ratio >= LEAST_OVER_BY_HAND ? [] : [`One reactor is ${ratio.toFixed(1)}× of the loop by hand, not 3×.`],
    };
  });
}

const detailsOf = (count: number, run: Throughput) => ({
  [`${count} reactors: payments/s`]: run.paymentsPerSecond.toFixed(0),
  [`${count} reactors: transitions a payment`]: run.transitions.toFixed(1),
  [`${count} reactors: transactions a leg`]: run.commits.toFixed(2),
  [`${count} reactors: syncs a leg`]: run.syncs.toFixed(2),
  [`${count} reactors: their CPU ms a payment`]: run.reactorCpuMs.toFixed(2),
  [`${count} reactors: Postgres CPU ms a payment`]: run.postgresCpuMs.toFixed(2),
  [`${count} reactors: resident MiB each`]: run.residentMiB.toFixed(0),
});
