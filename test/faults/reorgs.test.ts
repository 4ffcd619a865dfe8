import { expect, test } from "vitest";
import { hold, rule } from "../../bin/certify/operator.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { faultyChain } from "./support/faultyChain.ts";

const { pool, paidBy, allPaidOnce, untilCustody, undo } = await faultyChain();

test.each([1, 2, 3])(
  "a reorg of depth %i takes each call of a disputed payment from the chain, from its escrow to its return: each is made once",
  async (depth) => {
    const payments = await paidBy([`${1500 + depth}.00`], 1_000);
    const [payment] = payments as [CreatedPayment];
    await hold(pool, payment.id, true);
    await undo(payment, "createEscrow", depth);
    await untilCustody(payment, "active");
    await rule(pool, payment.id, "dispute");
    await undo(payment, "dispute", depth);
    await rule(pool, payment.id, "seller");
    await undo(payment, "resolveForSeller", depth);
    await hold(pool, payment.id, false);
    await undo(payment, "release", depth);
    await undo(payment, "returnToJuno", depth);
    await allPaidOnce(payments);
    // Whatever was taken away was back before anybody had to be asked.
    expect((await pool.query("select 1 from kustodia.break")).rows).toEqual([]);
  },
  400_000,
);
