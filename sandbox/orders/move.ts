import type { Bank } from "../bank.ts";
import type { Entry } from "../books/entry.ts";
import type { Transaction, TransactionStatus } from "../books/records.ts";
import { transactionOf } from "../books/state.ts";
import { TIMELINE_STEP } from "../guesses.ts";

type Move = {
  status: TransactionStatus;
  failure?: string;
  refund?: Transaction["refund"];
  /** Hash of the on-chain part, for the timeline. */
  hash?: string;
  /** Entries that become true in the same line of the journal. */
  together?: readonly Entry[];
};

/** Moves a transaction to another status and tells the webhooks, without waiting for them. */
export function move(bank: Bank, transactionId: string, { hash, together = [], ...change }: Move): void {
  const { type } = transactionOf(bank.books.state, transactionId).order;
  const at = bank.now();
  const step =
    hash === undefined || type === "CRYPTO_DEPOSIT" ? {} : { step: { step: TIMELINE_STEP[type], at, receipt: hash } };
  bank.books.record([...together, { entry: "transaction_moved", transactionId, at, ...change, ...step }]);
  bank.work.run(bank.announce(transactionOf(bank.books.state, transactionId)));
}
