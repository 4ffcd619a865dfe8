import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import { CURRENCY, DETAILS_FIELD, FAILURE_FIELD, REFUSALS } from "../guesses.ts";
import { isoTime } from "../http/isoTime.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonNumber } from "../money.ts";
import { typeDetails } from "./typeDetails.ts";

/** GET /mint_platform/v1/transactions/:id, with the timeline that holds the hash of the on-chain part. */
export function getTransaction(bank: Bank): Handler {
  return (c) => {
    const transaction = bank.books.state.transactions.get(c.req.param("id") ?? "");
    if (!transaction) throw new Refusal(REFUSALS.notFound);
    const { failure, order } = transaction;
    return c.json({
      success: true,
      payload: {
        transaction_id: transaction.id,
        amount: jsonNumber(transaction.amountBaseUnits),
        currency: CURRENCY[order.type],
        transaction_type: order.type,
        status: transaction.status,
        network: "ARBITRUM",
        ...(failure === undefined ? {} : { [FAILURE_FIELD]: failure }),
        [DETAILS_FIELD]: typeDetails(transaction, bank.chain.wallet.address),
        timeline: transaction.timeline.map(({ step, receipt, at }) => ({ step, receipt, created_at: isoTime(at) })),
        created_at: isoTime(transaction.createdAt),
        updated_at: isoTime(transaction.updatedAt),
      },
    });
  };
}
