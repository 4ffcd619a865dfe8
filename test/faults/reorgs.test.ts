import type { Hex } from "viem";
import { expect, test } from "vitest";
import { hold, rule } from "../../bin/certify/operator.ts";
import { until } from "../../bin/stack/until.ts";
import { CLABES, type CreatedPayment, createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { cannotEstimate, faultyChain, HONEST } from "./support/faultyChain.ts";

/** Half of it is less than any payment here: each escrow is followed by a new approval. */
const ALLOWANCE_PESOS = "3000";

const chain = await faultyChain({ reactorEnv: { ALLOWANCE_PESOS } });
const { system, pool, api, node, setFault, allPaidOnce, allRefundedOnce, paidBy } = chain;
const { untilCustody, undo, undoBlockOf } = chain;

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

test.each([1, 2, 3])(
  "a reorg of depth %i takes the bank's withdrawal, the standing approval and all of a ruling for the buyer: the buyer is paid once",
  async (depth) => {
    const customer = `compradora-${depth}`;
    const account = { payoutClabe: CLABES.hsbc, recipient: `Compradora ${customer}` };
    const wishes = { amount: `${1600 + depth}.00`, customer, refundClabe: CLABES.hsbc, custodyMs: 60 * 60_000 };
    setFault(cannotEstimate);
    const payment = { ...(await createPayment(api, wishes)), ...account };
    await payDeposit(system.sandbox, payment);
    await untilCustody(payment, "bridged", "node_unreachable");
    // The bank's node still has its bytes, and sends them again.
    const { rows: withdrawals } = await pool.query<{ hash: Hex }>(
      "select tx_hash as hash from kustodia.watched_fact join kustodia.leg on leg.id = leg_id where payment_id = $1",
      [payment.id],
    );
    const withdrawal = withdrawals[0]?.hash ?? "0x";
    const raw = (await node.request({
      method: "eth_getRawTransactionByHash" as never,
      params: [withdrawal] as never,
    })) as Hex;
    await undoBlockOf(withdrawal, depth);
    await node.sendRawTransaction({ serializedTransaction: raw });
    const approved = await approvals();
    setFault(HONEST);

    const approval = await until("a new approval", 60_000, async () => {
      const signed = await approvals();
      return signed.length > approved.length ? signed.at(-1) : undefined;
    });
    await undoBlockOf(approval, depth);
    await untilCustody(payment, "active");
    await rule(pool, payment.id, "dispute");
    await untilCustody(payment, "disputed");
    await rule(pool, payment.id, "buyer");
    await undo(payment, "resolveForBuyer", depth);
    await undo(payment, "returnToJuno", depth);
    await allRefundedOnce([payment]);
    expect((await pool.query("select 1 from kustodia.break")).rows).toEqual([]);
    // Its bytes went out again: the one that the reorg took is on the chain.
    expect(await node.getTransactionReceipt({ hash: approval })).toMatchObject({ status: "success" });
  },
  400_000,
);

/** The approvals that have been signed, oldest first. */
async function approvals(): Promise<readonly Hex[]> {
  const { rows } = await pool.query<{ hash: Hex }>(
    "select hash from kustodia.chain_transaction where action = 'approve' and hash is not null order by id",
  );
  return rows.map(({ hash }) => hash);
}
