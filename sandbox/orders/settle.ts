import type { Bank } from "../bank.ts";
import type { Order, Transaction, TransactionType } from "../books/records.ts";
import { transactionOf } from "../books/state.ts";
import { isReturned, payoutOf } from "../spei/returnPayout.ts";
import { move } from "./move.ts";
import { refund } from "./refund.ts";
import { settleIssuance } from "./settleIssuance.ts";
import { settleRedemption } from "./settleRedemption.ts";
import { settleWithdrawal } from "./settleWithdrawal.ts";

export type OrderOf<T extends TransactionType> = Extract<Order, { type: T }>;

/**
 * Carries a transaction from wherever it stands to its end: once when it is opened and again after each restart.
 * Each step looks at the books first, so going over it a second time repeats nothing.
 */
export async function settle(bank: Bank, transactionId: string): Promise<void> {
  const transaction = transactionOf(bank.books.state, transactionId);
  if (transaction.refund === "due") return refund(bank, transactionId);
  if (transaction.fate.neverSettles || transaction.status === "FAILED") return;
  const { order } = transaction;
  switch (order.type) {
    case "ISSUANCE":
      return settleIssuance(bank, transaction, order);
    case "CRYPTO_WITHDRAWAL":
      return settleWithdrawal(bank, transaction, order);
    case "REDEMPTION":
      return settleRedemption(bank, transaction, order);
    case "CRYPTO_DEPOSIT":
      return move(bank, transaction.id, { status: "COMPLETE" });
  }
}

/** True while there is something left to do for it. */
export function isUnsettled(bank: Bank, { id, status, refund, fate }: Transaction): boolean {
  const isOpen = (status === "PENDING" || status === "IN_PROGRESS") && !fate.neverSettles;
  const payout = fate.returnedAfterMs === undefined ? undefined : payoutOf(bank, id);
  return isOpen || refund === "due" || (payout !== undefined && !isReturned(bank, payout));
}
