import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { readBankBooks } from "../../../bin/audit/bankBooks.ts";
import { until } from "../../../bin/stack/until.ts";
import type { CreatedPayment } from "../../journeys/support/createPayment.ts";
import { untilEvent } from "../../journeys/support/untilEvent.ts";
import { type faultyChain, forgetful, HONEST } from "./faultyChain.ts";
import { legOf } from "./legs.ts";

/** So far back that a break must come from its two readings, and not from the settled head that has come by. */
export const SETTLED_BLOCKS_BACK = 25;
/** Until a funding so deep is settled, on a busy machine. */
export const SETTLED_MS = 180_000;
const BREAK_MS = 90_000;
const HEALS_MS = 90_000;
/** How long nothing may leave after that, with every process triggered. */
const QUIET_MS = 4_000;

type Payment = Readonly<{ id: number }>;
type Chain = Awaited<ReturnType<typeof faultyChain>>;
type StatusBreaks = { open: number; newest: { number: number; kind: string; payment_id: number }[] };

/** Takes from a chain what a payment went on by, and holds what follows: a numbered break, a review, and never a payout. */
export function vanishing({
  system,
  pool,
  api,
  reactor,
  node,
  receiptOf,
  reorg,
  setFault,
  paidBy,
  untilCustody,
}: Chain) {
  async function blocks(count: number): Promise<void> {
    const from = await node.getBlockNumber();
    await until(`${count} blocks`, 60_000, async () =>
      (await node.getBlockNumber()) >= from + BigInt(count) ? true : undefined,
    );
  }

  /** Takes the block of the payment's newest consumed log, and all above it, from the chain. */
  async function undoWatched({ id }: Payment): Promise<void> {
    const { rows } = await pool.query<{ hash: `0x${string}` }>(
      `select tx_hash as hash from kustodia.watched_fact join kustodia.leg on leg.id = leg_id
       where payment_id = $1 order by claim_id desc limit 1`,
      [id],
    );
    const hash = rows[0]?.hash ?? "0x";
    const receipt = await receiptOf(hash);
    if (receipt === null) throw new Error(`${hash} is in no block.`);
    await reorg(Number((await node.getBlockNumber()) - receipt.blockNumber) + 1);
    expect(await receiptOf(hash)).toBeNull();
  }

  async function openBreaks(): Promise<StatusBreaks> {
    const response = await fetch(`${reactor.url}/api/automation/status`);
    return ((await response.json()) as { breaks: StatusBreaks }).breaks;
  }

  /** Waits for the payment's break and the review that it is the reason of. @returns its number. */
  async function breakOf(payment: Payment, states: string): Promise<number> {
    const { data } = await untilEvent(pool, "descuadre_abierto", BREAK_MS, ({ paymentId }) => paymentId === payment.id);
    const number = Number(data.number);
    const leg = await legOf(pool, payment.id, "custody");
    expect(leg).toMatchObject({ state: "review", reviewFrom: expect.stringMatching(new RegExp(`^(${states})$`)) });
    const { data: review } = await untilEvent(pool, "en_revision", 1_000, ({ paymentId }) => paymentId === payment.id);
    expect(review.why).toContain(`descuadre ${number}`);
    expect((await openBreaks()).newest).toContainEqual(
      expect.objectContaining({ number, kind: "vanished_fact", payment_id: payment.id }),
    );
    return number;
  }

  /** Waits until the break heals; the person stays asked. */
  async function heals(payment: Payment, number: number): Promise<void> {
    const healed = await untilEvent(pool, "descuadre_cerrado", HEALS_MS, ({ data }) => data.number === String(number));
    expect(healed.paymentId).toBe(payment.id);
    expect((await openBreaks()).newest.map((one) => one.number)).not.toContain(number);
    await neverPaid(payment);
  }

  /** Nobody is paid, of this payment or of any other of its system, though every process runs. */
  async function neverPaid(payment: Payment): Promise<void> {
    for (const process of ["withdrawals", "custodies", "payouts", "sync"] as const) await api.trigger(process);
    await sleep(QUIET_MS);
    expect((await api.payment(payment.id)).status).toBe("review");
    expect((await legOf(pool, payment.id, "payout")).state).toBe("waiting");
    const { orders, spei_out } = await readBankBooks(system.sandbox);
    expect(spei_out).toEqual([]);
    expect(orders.filter(({ type }) => type === "REDEMPTION")).toEqual([]);
  }

  /** A payment of `pesos` whose escrow is funded and not settled yet: what shows the funding is taken, and later mined after all. */
  async function fundingVanishes(pesos: string): Promise<void> {
    const [payment] = (await paidBy([pesos], 1_000)) as [CreatedPayment];
    await untilCustody(payment, "securing");
    setFault(forgetful);
    await undoWatched(payment);
    const number = await breakOf(payment, "securing");
    await neverPaid(payment);
    setFault(HONEST);
    await heals(payment, number);
  }

  return { blocks, undoWatched, breakOf, heals, neverPaid, fundingVanishes };
}
