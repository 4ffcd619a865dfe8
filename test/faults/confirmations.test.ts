import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { faultyChain } from "./support/faultyChain.ts";

/*
 * The contract as it is deployed, which takes its tokens in a call of their own, and a chain on which nothing counts before
 * it is CONFIRMATIONS blocks deep; that depth is settled here too.
 */

const CONFIRMATIONS = 8;
/** Far from the settled depth, since blocks go on while the test counts them. */
const WITHIN = [1, 2, 3];
const BEYOND = CONFIRMATIONS + 4;
const QUIET_MS = 5_000;

const chain = await faultyChain({
  shape: "two-step",
  reactorEnv: { CONFIRMATIONS: String(CONFIRMATIONS) },
});
const { system, pool, api, paidBy, allPaidOnce, undo } = chain;

test.each(WITHIN)(
  "a reorg of depth %i, within CONFIRMATIONS, at each call of a payment: none had been counted on, each is made once, nobody is asked",
  async (depth) => {
    const payments = await paidBy([`${8000 + depth}.00`]);
    const [payment] = payments as [CreatedPayment];
    for (const action of ["createEscrow", "fundEscrow", "release", "returnToJuno"] as const) {
      await undo(payment, action, depth);
    }
    await allPaidOnce(payments);
    expect((await pool.query("select 1 from kustodia.break")).rows).toEqual([]);
  },
  400_000,
);

test("a reorg beyond CONFIRMATIONS undoes what was settled: all outgoing money stops, and nothing is paid", async () => {
  const [payment] = (await paidBy(["8100.00"])) as [CreatedPayment];
  await undo(payment, "release", BEYOND);
  const { data } = await untilEvent(pool, "interruptor_activado", 60_000);
  expect(data.message).toMatch(/^el bloque \d+ era definitivo con el hash/);
  for (const process of ["custodies", "payouts"] as const) await api.trigger(process);
  await sleep(QUIET_MS);
  const { spei_out } = await readBankBooks(system.sandbox);
  expect(spei_out.filter(({ amount }) => amount === payment.amountCentavos)).toEqual([]);
}, 400_000);
