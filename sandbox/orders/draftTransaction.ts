import { v4 as uuid } from "uuid";
import type { Bank } from "../bank.ts";
import type { Transaction, TransactionStatus, TransactionType } from "../books/records.ts";

/** A redemption answers IN_PROGRESS at once (documented); a crypto deposit is seen when it has already happened. */
const FIRST_STATUS: Record<TransactionType, TransactionStatus> = {
  ISSUANCE: "PENDING",
  CRYPTO_WITHDRAWAL: "PENDING",
  REDEMPTION: "IN_PROGRESS",
  CRYPTO_DEPOSIT: "IN_PROGRESS",
};

/** A new transaction, not yet in the books. */
export function draftTransaction(
  bank: Bank,
  draft: Pick<Transaction, "order" | "amountBaseUnits" | "fate" | "idempotency">,
): Transaction {
  const now = bank.now();
  return {
    ...draft,
    id: uuid({ random: bank.random(16) }),
    status: FIRST_STATUS[draft.order.type],
    refund: "none",
    timeline: [],
    createdAt: now,
    updatedAt: now,
  };
}
