import { v5 } from "uuid";
import type { SendAction } from "./table.ts";

export type OrderName = Readonly<{
  /** Drawn at the first migration: the same payment number in another database never meets an old key. */
  installationId: string;
  paymentId: number;
  legId: number;
  action: SendAction | "approve";
  generation: number;
}>;

/**
 * The idempotency key of one order: derived, not drawn, so that a process that died can only repeat it. Written in the
 * form of a v4 UUID, because v4 is what the bank was seen to accept and a v5 never was (juno-api.md 2.11).
 */
export function orderKey(order: OrderName): string {
  const name = [order.paymentId, order.legId, order.action, order.generation].join(":");
  const derived = v5(name, order.installationId);
  return `${derived.slice(0, 14)}4${derived.slice(15)}`;
}
