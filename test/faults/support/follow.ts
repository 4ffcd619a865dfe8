import pLimit from "p-limit";
import type { FreshSystem } from "../../harness/freshSystem.ts";
import { apiOf } from "../../journeys/support/api.ts";
import { booksAgree, type Travelled } from "../../journeys/support/booksAgree.ts";
import { CLABES, type CreatedPayment, createPayment } from "../../journeys/support/createPayment.ts";
import { payDeposit } from "../../journeys/support/payDeposit.ts";
import { untilStatus } from "../../journeys/support/untilStatus.ts";
import { keysAreKept } from "./orders.ts";

/** A payment that meets several faults waits for each of them. */
const PAYMENT_MS = 120_000;
/** The bank is asked for one CLABE after the other: of many requests at once the last would wait longer than the API does. */
const CREATED_AT_ONCE = 4;

/**
 * Keeps what every payment of a system should have come to, so that the books can be held against all of them at any time.
 * @param reactor the one that is asked now.
 */
export function follow(system: FreshSystem, reactor: () => Readonly<{ url: string }>) {
  const { sandbox, database } = system;
  const travelled: Travelled[] = [];
  let buyers = 0;

  /** New payments of these amounts (decimal pesos), each of a buyer of its own and for another bank than the last. */
  async function created(amounts: readonly string[], custodyMs: number): Promise<readonly CreatedPayment[]> {
    const api = apiOf(reactor(), system);
    const accounts = Object.entries(CLABES);
    const limit = pLimit(CREATED_AT_ONCE);
    return Promise.all(
      amounts.map((amount, index) => {
        const [bank, payoutClabe] = accounts[index % accounts.length] ?? ["", ""];
        const customer = `compradora-${buyers++}`;
        const recipient = `Vendedora en ${bank}`;
        return limit(() => createPayment(api, { amount, customer, payoutClabe, recipient, custodyMs }));
      }),
    );
  }

  async function paidBy(amounts: readonly string[], custodyMs: number): Promise<readonly CreatedPayment[]> {
    const payments = await created(amounts, custodyMs);
    for (const payment of payments) await payDeposit(sandbox, payment);
    return payments;
  }

  /** These have come so far and go no further by themselves. */
  const stand = (payments: readonly CreatedPayment[], stage: Travelled["stage"], more: Partial<Travelled> = {}) =>
    travelled.push(...payments.map((payment) => ({ ...payment, stage, ...more })));

  /** Holds the three books and the keys of all orders against each other. */
  async function allAgree(): Promise<void> {
    await booksAgree(system, travelled);
    await keysAreKept(database.pool, sandbox);
  }

  /** Waits until all of these are completed, and until all that the system ever had agrees. */
  async function allPaidOnce(payments: readonly CreatedPayment[], withinMs = PAYMENT_MS): Promise<void> {
    const api = apiOf(reactor(), system);
    for (const { id } of payments) await untilStatus(api, id, "completed", withinMs);
    stand(payments, "paid");
    await allAgree();
  }

  return { created, paidBy, stand, allAgree, allPaidOnce };
}
