import type { Order } from "../effects/order.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { orderKey } from "../payments/orderKey.ts";
import type { SendAction } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import type { OrderTerms } from "../store/orders.ts";
import { saveThrown } from "./saveEach.ts";

/** How the chain names a payment: this installation's mark and the payment's number, nothing about people. */
function paymentReference(installationId: string, paymentId: number): string {
  return `kustodia:${installationId.slice(0, 8)}:${paymentId}`;
}

/**
 * The orders of a batch, each frozen with its key. Personal data is read here and lives as long as the order. A leg whose
 * payment has no parties is set aside: they were erased too early.
 */
export async function ordersOf<T extends Readonly<{ leg: Leg; facts: Facts; action: SendAction }>>(
  reactor: Reactor,
  batch: readonly T[],
): Promise<readonly (T & Readonly<{ order: Order }>)[]> {
  if (batch.length === 0) return [];
  const terms = await reactor.store.readOrderTerms(
    batch.map(({ leg: { id, paymentId, payee } }) => ({ id, paymentId, payee })),
  );
  const ordered: (T & Readonly<{ order: Order }>)[] = [];
  for (const one of batch) {
    const found = terms.find((row) => row.legId === one.leg.id);
    if (found) ordered.push({ ...one, order: orderOf(reactor, one.leg, one.action, found, one.facts.nowMs) });
    else await saveThrown(reactor, one.leg, new Error(`Payment ${one.leg.paymentId} has no parties.`));
  }
  return ordered;
}

function orderOf(reactor: Reactor, leg: Leg, action: SendAction, terms: OrderTerms, nowMs: number): Order {
  const { installationId } = reactor;
  const { custodyEndMs, chainReference, account, clabeReference } = terms;
  const { id: legId, paymentId, generation, amountCentavos, carried } = leg;
  return {
    key: orderKey({ installationId, paymentId, legId, action, generation }),
    amountCentavos,
    paymentReference: chainReference ?? paymentReference(installationId, paymentId),
    clabeReference,
    custodyEndMs,
    nowMs,
    account,
    escrowId: carried.escrowId ?? null,
    bankAccountId: carried.bankAccountId ?? null,
  };
}

/** By which ids an order's span is found: those of its payment, its leg and its effect. */
export const spanOf = ({ paymentId, id }: Leg, { key }: Order) => ({
  "kustodia.payment_id": paymentId,
  "kustodia.leg_id": id,
  "kustodia.effect_id": key,
});
