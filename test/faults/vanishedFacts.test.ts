import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { until } from "../../bin/stack/until.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { cannotEstimate, type FaultOf, faultyChain, forgetful, HONEST } from "./support/faultyChain.ts";
import { legOf, untilLeg } from "./support/legs.ts";

/*
 * What a leg moved on by is taken from the chain again, for good: deeper than CONFIRMATIONS (0 here), above the settled
 * head, and nothing brings it back.
 */

/** So far back that a break must come from its two readings, and not from the settled head that has come by. */
const SETTLED_BLOCKS_BACK = 25;
/** Until a funding so deep is settled, on a busy machine. */
const SETTLED_MS = 150_000;
const BREAK_MS = 45_000;
/** How long nothing may leave after that, with every process triggered. */
const QUIET_MS = 4_000;

const chain = await faultyChain({ settledBlocksBack: SETTLED_BLOCKS_BACK });
const { system, pool, api, reactor, node, setFault, paidBy, untilCustody, receiptOf, reorg } = chain;

/** Only the transfer back to Juno cannot be simulated. */
const cannotReturn: FaultOf = ({ method, params: [call] }) =>
  method === "eth_estimateGas" && (call as { data: string }).data.startsWith("0xa9059cbb") ? "lose_request" : "none";

test("the release, and nothing sends it again: break, review, no payout; when it is mined after all the break heals, and the person stays asked", async () => {
  setFault(cannotReturn);
  const [payment] = (await paidBy(["3100.00"], 1_000)) as [CreatedPayment];
  await untilLeg(pool, payment.id, "custody", ({ reason }) => reason === "node_unreachable", SETTLED_MS);
  setFault(forgetful);
  await undo(await hashOfWatched(payment));
  const number = await breakOf(payment, "returning");
  await neverPaid(payment);

  setFault(HONEST);
  await heals(payment, number);
}, 300_000);

test("the return, which the bank has credited: break, review, no payout", async () => {
  const [payment] = (await paidBy(["3200.00"], 1_000)) as [CreatedPayment];
  await untilLeg(pool, payment.id, "custody", ({ state }) => state === "crediting", SETTLED_MS);
  await until("the bank's credit", 20_000, async () => {
    const { orders } = await readBankBooks(system.sandbox);
    const credited = orders.some((one) => one.type === "CRYPTO_DEPOSIT" && one.amount === payment.amountCentavos);
    return credited ? true : undefined;
  });
  setFault(forgetful);
  await undo(await hashOfWatched(payment));
  await breakOf(payment, "crediting");
  await neverPaid(payment);
  setFault(HONEST);
}, 300_000);

test("the withdrawal's Transfer, after the escrow was funded out of other people's MXNB: break, review, never in custody", async () => {
  setFault(cannotEstimate);
  // The first one's MXNB are on the bridge, deeper than the reorg, and pay for the second one's escrow.
  const [first] = (await paidBy(["3000.00"], 60 * 60_000)) as [CreatedPayment];
  await untilCustody(first, "bridged");
  await blocks(3);
  const [second] = (await paidBy(["3000.00"], 1_000)) as [CreatedPayment];
  await untilCustody(second, "bridged");
  await undo(await hashOfWatched(second));
  await pool.query("update kustodia.payment set held = true where id = $1", [first.id]);
  setFault(HONEST);
  const number = await breakOf(second, "bridged|securing");
  await neverPaid(second);
  // The bank, started anew, sends its bytes again.
  await system.sandbox.stop();
  await system.restartSandbox();
  await heals(second, number);
}, 300_000);

async function blocks(count: number): Promise<void> {
  const from = await node.getBlockNumber();
  await until(`${count} blocks`, 20_000, async () =>
    (await node.getBlockNumber()) >= from + BigInt(count) ? true : undefined,
  );
}

/** The transaction of the payment's newest consumed Transfer. */
async function hashOfWatched({ id }: CreatedPayment): Promise<`0x${string}`> {
  const { rows } = await pool.query<{ hash: `0x${string}` }>(
    `select tx_hash as hash from kustodia.watched_fact join kustodia.leg on leg.id = leg_id
     where payment_id = $1 order by claim_id desc limit 1`,
    [id],
  );
  if (!rows[0]) throw new Error(`Payment ${id} has consumed no Transfer.`);
  return rows[0].hash;
}

/** Takes the transaction's block and all above it from the chain. */
async function undo(hash: `0x${string}`): Promise<void> {
  const receipt = await receiptOf(hash);
  if (receipt === null) throw new Error(`${hash} is in no block.`);
  await reorg(Number((await node.getBlockNumber()) - receipt.blockNumber) + 1);
  expect(await receiptOf(hash)).toBeNull();
}

type StatusBreaks = { open: number; newest: { number: number; kind: string; payment_id: number }[] };

async function statusBreaks(): Promise<StatusBreaks> {
  const response = await fetch(`${reactor.url}/api/automation/status`);
  return ((await response.json()) as { breaks: StatusBreaks }).breaks;
}

/** Waits for the payment's break and the review that it is the reason of. @returns its number. */
async function breakOf(payment: CreatedPayment, states: string): Promise<number> {
  const { data } = await untilEvent(pool, "descuadre_abierto", BREAK_MS, ({ paymentId }) => paymentId === payment.id);
  const number = Number(data.number);
  const leg = await legOf(pool, payment.id, "custody");
  expect(leg).toMatchObject({ state: "review", reviewFrom: expect.stringMatching(new RegExp(`^(${states})$`)) });
  const { data: review } = await untilEvent(pool, "en_revision", 1_000, ({ paymentId }) => paymentId === payment.id);
  expect(review.why).toContain(`descuadre ${number}`);
  expect((await statusBreaks()).newest).toContainEqual(
    expect.objectContaining({ number, kind: "vanished_fact", payment_id: payment.id }),
  );
  return number;
}

/** Waits until the break heals; the person stays asked. */
async function heals(payment: CreatedPayment, number: number): Promise<void> {
  const healed = await untilEvent(pool, "descuadre_cerrado", 60_000, ({ data }) => data.number === String(number));
  expect(healed.paymentId).toBe(payment.id);
  expect((await statusBreaks()).newest.map((one) => one.number)).not.toContain(number);
  await neverPaid(payment);
}

async function neverPaid(payment: CreatedPayment): Promise<void> {
  for (const process of ["withdrawals", "custodies", "payouts", "sync"] as const) await api.trigger(process);
  await sleep(QUIET_MS);
  expect((await api.payment(payment.id)).status).toBe("review");
  expect((await legOf(pool, payment.id, "payout")).state).toBe("waiting");
  const { orders, spei_out } = await readBankBooks(system.sandbox);
  expect(spei_out).toEqual([]);
  expect(orders.filter(({ type }) => type === "REDEMPTION")).toEqual([]);
}
