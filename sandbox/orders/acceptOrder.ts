import type { Bank } from "../bank.ts";
import type { Order, Transaction } from "../books/records.ts";
import { transactionOf } from "../books/state.ts";
import { OTHER_BODY_DETAIL, REFUSALS } from "../guesses.ts";
import { Refusal, validationRefusal } from "../http/refusal.ts";
import { beginOrder } from "./beginOrder.ts";
import { draftTransaction } from "./draftTransaction.ts";

export type OrderRequest = {
  /** `POST /…`: the scope of the idempotency key, and what the dial calls this endpoint. */
  endpoint: string;
  order: Extract<Order, { type: "REDEMPTION" | "CRYPTO_WITHDRAWAL" }>;
  amountBaseUnits: bigint;
  /** A UUID; without it every request is a new order. */
  idempotencyKey: string | undefined;
};

/**
 * Takes the money and opens the transaction, or returns the one that this idempotency key already opened, as it now stands.
 * Nothing is awaited between the look at the books and the entry, so two requests at once cannot both be the first.
 * Throws a Refusal when the balance is too small or the key belongs to another order.
 */
export async function acceptOrder(bank: Bank, request: OrderRequest): Promise<Transaction> {
  const { state } = bank.books;
  const { endpoint: scope, order, amountBaseUnits, idempotencyKey: key } = request;
  const fingerprint = JSON.stringify([amountBaseUnits.toString(), order]);
  const known = key === undefined ? undefined : state.idempotency.get(`${scope} ${key}`);
  if (known !== undefined) {
    const original = transactionOf(state, known);
    if (original.idempotency?.fingerprint !== fingerprint) throw validationRefusal([OTHER_BODY_DETAIL]);
    return original;
  }
  if (state.availableBaseUnits < amountBaseUnits) throw new Refusal(REFUSALS.insufficientBalance);

  const fate = bank.dial.drawFate({ endpoint: scope, amountBaseUnits }, order.type);
  const draft = { order, amountBaseUnits, fate };
  const idempotency = key === undefined ? {} : { idempotency: { scope, key, fingerprint } };
  const transaction = draftTransaction(bank, { ...draft, ...idempotency });
  const opened = fate.executedTwice ? [transaction, draftTransaction(bank, draft)] : [transaction];
  bank.books.record(opened.map((each) => ({ entry: "transaction_opened", transaction: each })));

  const announced = Promise.all(opened.map((each) => beginOrder(bank, each.id)));
  if (fate.webhooks === "before_reply") await announced;
  else bank.work.run(announced);
  return transaction;
}
