import pLimit from "p-limit";
import type { Order, Prepared } from "../effects/order.ts";
import { chainPerformers } from "../effects/performers.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { ChainSend } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { ordersOf, spanOf } from "./orderOf.ts";

type Due = Readonly<{ leg: Leg; facts: Facts; action: ChainSend }>;
type Ordered = Due & Readonly<{ order: Order }>;
/** A call as its simulation left it, or what was thrown instead of it. */
export type Call = Ordered & Readonly<{ prepared: Prepared } | { thrown: unknown }>;

/**
 * Orders and simulates calls to the chain, beside each other. Nothing is stored and nothing leaves, so that it may go on while
 * the move that leads to a call is saved.
 */
export async function prepareCalls(reactor: Reactor, batch: readonly Due[]): Promise<readonly Call[]> {
  const ordered = await ordersOf(reactor, batch);
  const limit = pLimit(reactor.limits.chainCalls);
  return Promise.all(
    ordered.map((one) =>
      limit(async (): Promise<Call> => {
        try {
          const { leg, action, order } = one;
          const prepare = () => chainPerformers[action](reactor.world, order);
          return { ...one, prepared: await inSpan(action, spanOf(leg, order), prepare) };
        } catch (thrown) {
          return { ...one, thrown };
        }
      }),
    ),
  );
}
