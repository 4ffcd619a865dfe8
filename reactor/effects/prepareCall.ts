import type { ChainCall } from "../chain/calls.ts";
import { simulate } from "../chain/simulate.ts";
import type { Order, Prepared, World } from "./order.ts";

/** Simulates a call on the latest block: a refusal costs neither gas nor a nonce (DESIGN 7). */
export async function prepareCall({ chain }: World, call: ChainCall): Promise<Prepared> {
  const simulation = await simulate(chain, call);
  switch (simulation.outcome) {
    case "done":
      return { ...simulation, call };
    case "refused":
      return { ...simulation, evidence: { verb: call.verb } };
    case "unknown":
      return { ...simulation, reason: "node_unreachable", evidence: { verb: call.verb } };
  }
}

/**
 * The escrow's id on chain.
 * @throws Error when the order has none: the table lets no such leg get to a call that needs it.
 */
export function escrowIdOf(order: Order): bigint {
  if (order.escrowId === null) throw new Error("An escrow call was ordered for a leg that has no escrow.");
  return BigInt(order.escrowId);
}
