import { readFileSync } from "node:fs";
import { afterAll, test } from "vitest";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { killHard } from "./support/killHard.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
/** Ten payments, and a machine that may have other work. */
const COMPLETE_WITHIN_MS = 120_000;
const PAYMENTS = 10;
/** While the bank thinks this long over each withdrawal, both reactors have some in their hands. */
const SLOW_MS = 4_000;
/** A lease that nobody gives back runs out after 30 s; what a killed reactor held must be free long before. */
const TAKEN_OVER_WITHIN_MS = 5_000;

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
afterAll(() => system.close());

/** The number under which a reactor holds its leases, as its own log tells it. */
function holderOf({ logPath }: RunningReactor): number {
  return Number(/Reactor (\d+) en marcha/.exec(readFileSync(logPath, "utf8"))?.[1]);
}

/** The legs that wait for the bank's answer in a reactor's hands. */
async function heldBy(holder: number): Promise<readonly number[]> {
  const { rows } = await pool.query<{ id: number }>(
    `select leg.id from kustodia.leg join kustodia.attempt on attempt.leg_id = leg.id
     where lease_holder = $1 and lease_until > now() and outcome = 'pending' and action = 'withdraw'`,
    [holder],
  );
  return rows.map(({ id }) => id);
}

test("two reactors on one database: when one is killed -9 the other has it within seconds, and every payment is paid once", async () => {
  const [first, second] = await Promise.all([system.startReactor("reactor-1"), system.startReactor("reactor-2")]);
  const api = apiOf(second, system);
  const payments: CreatedPayment[] = [];
  for (let index = 0; index < PAYMENTS; index++) {
    const amount = index % 2 === 0 ? "1500.00" : `${1_000 + index}.50`;
    payments.push(await createPayment(api, { amount, customer: `comprador-${index}`, custodyMs: 8_000 }));
  }
  await turnDial(system.sandbox, [
    { kind: "slow", endpoint: "POST /mint_platform/v1/withdrawals", times: PAYMENTS, ms: SLOW_MS },
  ]);
  for (const payment of payments) await payDeposit(system.sandbox, payment);

  // Which of them is quicker is nobody's promise: the one that has orders in its hands is the one to die.
  const { dies, survives, held } = await until("one with orders in its hands", STEP_MS, async () => {
    const [ofFirst, ofSecond] = await Promise.all([heldBy(holderOf(first)), heldBy(holderOf(second))]);
    if (ofFirst.length > 0) return { dies: first, survives: second, held: ofFirst };
    return ofSecond.length > 0 ? { dies: second, survives: first, held: ofSecond } : undefined;
  });
  const victim = holderOf(dies);
  await killHard(dies);
  const killedMs = performance.now();
  await until("what the killed one held, taken over", TAKEN_OVER_WITHIN_MS, async () => {
    const { rows } = await pool.query("select from kustodia.leg where id = any($1) and lease_holder = $2", [
      held,
      victim,
    ]);
    return rows.length === 0 ? true : undefined;
  });
  const takenOverMs = Math.round(performance.now() - killedMs);
  process.stdout.write(`${held.length} legs of a killed reactor were taken over after ${takenOverMs} ms\n`);

  const remaining = apiOf(survives, system);
  for (const { id } of payments) await untilStatus(remaining, id, "completed", COMPLETE_WITHIN_MS);
  await booksAgree(
    system,
    payments.map((payment) => ({ ...payment, stage: "paid" })),
  );
}, 240_000);
