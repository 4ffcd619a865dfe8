import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { CRASH_POINTS, type CrashPoint } from "../../reactor/reactor.ts";
import { deposit } from "../demo/api.ts";
import type { EscrowShape } from "../stack/deployContracts.ts";
import type { Child } from "../stack/supervise.ts";
import type { CertifiedAction } from "./cells.ts";
import { type CellPayment, createCellPayment } from "./createCellPayment.ts";
import type { System } from "./openSystem.ts";
import { resumedAfterMs } from "./workLog.ts";

/** One kill -9 beside a second reactor that stood by. */
export type Takeover = Readonly<{ action: CertifiedAction; point: CrashPoint; resumedAfterMs: number }>;

/**
 * Whose orders are taken over, on each of the two systems. Calls to the chain: of the bank's orders nearly all leave by the
 * reactor that has read the bank last, and the newcomer that is to die would seldom have one.
 */
const TAKEN_OVER: Readonly<Record<EscrowShape, readonly CertifiedAction[]>> = {
  "one-step": ["createEscrow"],
  "two-step": ["release"],
};

const MOST_PAYMENTS = 40;
const BETWEEN_PAYMENTS_MS = 1_000;

/**
 * Kills a reactor at each point of some actions while a second one stands by, and measures how long it takes until that one
 * goes on with the payment. Either may take an order up, so payments come until the one that dies has met its point.
 * The second one is running when this is called, and afterwards.
 * @param first the number of the first payment, beyond those of the cells.
 */
export async function takeOvers(
  system: System,
  first: number,
  say: (line: string) => void,
): Promise<{ takeovers: readonly Takeover[]; travelled: readonly CellPayment[]; failures: readonly string[] }> {
  const takeovers: Takeover[] = [];
  const failures: string[] = [];
  const travelled: CellPayment[] = [];
  for (const action of TAKEN_OVER[system.shape]) {
    for (const point of CRASH_POINTS) {
      const reactor = await system.launchReactor({ CRASH_AT: `${action}:${point}` });
      const killed = reactor.ended.then(() => Date.now());
      for (let more = MOST_PAYMENTS; reactor.exit() === undefined && more > 0; more--) {
        const payment = await createCellPayment(system, system.standbyUrl, first + travelled.length);
        travelled.push(payment);
        await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
        await Promise.race([reactor.ended, sleep(BETWEEN_PAYMENTS_MS)]);
      }
      if (reactor.exit()?.signal !== "SIGKILL") {
        failures.push(`no reactor took up ${action} beside another one to die at ${point}: ${reactor.lastWords()}`);
        await reactor.stop();
        continue;
      }
      const killedAtMs = await killed;
      const paymentId = await paymentOf(system.database.pool, diedAtLeg(reactor));
      await sleep(LOOKED_AT_AFTER_MS);
      const resumed = await resumedAfterMs(system.database.pool, paymentId, killedAtMs);
      if (resumed === null) {
        failures.push(`the reactor that stood by did not go on with payment ${paymentId}: ${action} · ${point}`);
        continue;
      }
      takeovers.push({ action, point, resumedAfterMs: resumed });
      say(`${system.shape} taken over: ${action} · ${point} after ${Math.round(resumed)} ms`);
    }
  }
  return { takeovers, travelled, failures };
}

/** More than any take-over may last. */
const LOOKED_AT_AFTER_MS = 3_000;

/** The leg whose order it died with, by its own last line: the lane also sends orders that another reactor took up. */
function diedAtLeg({ logPath, lastWords }: Child): number {
  const [, leg] = /💀 \w+:\w+:(\d+)/.exec(readFileSync(logPath, "utf8")) ?? [];
  if (leg === undefined) throw new Error(`A killed reactor did not say at which leg: ${lastWords()}`);
  return Number(leg);
}

async function paymentOf(pool: pg.Pool, legId: number): Promise<number> {
  const { rows } = await pool.query<{ id: number }>("select payment_id as id from kustodia.leg where id = $1", [legId]);
  const [leg] = rows;
  if (leg === undefined) throw new Error(`There is no leg ${legId}.`);
  return leg.id;
}
