import type { Address } from "viem";
import type { Transaction } from "../books/records.ts";
import { webhookEvent } from "./webhookEvent.ts";

/**
 * Says what of a transaction's events goes out, how often and in which order, as its fate wants it. Usually: each, once, at once.
 * Juno's docs promise no order and no memory: what was not delivered when the sandbox is killed is never delivered.
 */
export function createAnnouncer(
  junoWallet: Address,
  deliver: (event: string) => Promise<void>,
): (transaction: Transaction) => Promise<void> {
  const held = new Map<string, string[]>();

  return async function announce(transaction) {
    const event = webhookEvent(transaction, junoWallet);
    switch (transaction.fate.webhooks) {
      case "never":
        return;
      case "twice":
        await deliver(event);
        return deliver(event);
      case "out_of_order": {
        const earlier = held.get(transaction.id) ?? [];
        if (transaction.status !== "COMPLETE" && transaction.status !== "FAILED") {
          held.set(transaction.id, [event, ...earlier]);
          return;
        }
        held.delete(transaction.id);
        for (const each of [event, ...earlier]) await deliver(each);
        return;
      }
      case "before_reply":
      case undefined:
        return deliver(event);
    }
  };
}
