import { v4 as uuid } from "uuid";
import type { Bank } from "../bank.ts";
import { move } from "./move.ts";

/** Fails a withdrawal or redemption whose money was already taken; gives it back later, unless the dial forgot it. */
export async function failOrder(bank: Bank, transactionId: string, failure: string): Promise<void> {
  const forgets = bank.books.state.transactions.get(transactionId)?.fate.failsAfterInProgress === "without_refund";
  move(bank, transactionId, { status: "FAILED", failure, refund: forgets ? "none" : "due" });
  if (!forgets) await refund(bank, transactionId);
}

/** Gives the money of a failed order back to the account: an entry among the financial movements, no transaction. */
export async function refund(bank: Bank, transactionId: string): Promise<void> {
  await bank.work.sleep(bank.delays.refundMs);
  const id = uuid({ random: bank.random(16) });
  bank.books.record([{ entry: "refunded", refund: { id, transactionId, createdAt: bank.now() } }]);
}
