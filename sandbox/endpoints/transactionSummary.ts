import type { Transaction } from "../books/records.ts";
import { CURRENCY } from "../guesses.ts";
import { isoTime } from "../http/isoTime.ts";
import { jsonNumber } from "../money.ts";

/** A transaction as the create calls and the list answer it. */
export function transactionSummary({ order, ...transaction }: Transaction): Record<string, unknown> {
  const bySpei = order.type === "ISSUANCE" || order.type === "REDEMPTION";
  return {
    id: transaction.id,
    amount: jsonNumber(transaction.amountBaseUnits),
    currency: CURRENCY[order.type],
    transaction_type: order.type,
    ...(bySpei ? { method: "SPEI" } : {}),
    summary_status: transaction.status,
    network: "ARBITRUM",
    created_at: isoTime(transaction.createdAt),
    updated_at: isoTime(transaction.updatedAt),
  };
}
