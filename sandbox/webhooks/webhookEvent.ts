import type { Address } from "viem";
import type { Transaction } from "../books/records.ts";
import { typeDetails } from "../endpoints/typeDetails.ts";
import { WEBHOOK_OBJECT } from "../guesses.ts";
import { isoTime } from "../http/isoTime.ts";

/** The body of one TRANSACTION event. */
export function webhookEvent(transaction: Transaction, junoWallet: Address): string {
  return JSON.stringify({
    event: "TRANSACTION",
    payload: {
      type: transaction.order.type,
      id: transaction.id,
      status: transaction.status,
      created_at: isoTime(transaction.createdAt),
      updated_at: isoTime(transaction.updatedAt),
      [WEBHOOK_OBJECT[transaction.order.type]]: typeDetails(transaction, junoWallet),
    },
  });
}
