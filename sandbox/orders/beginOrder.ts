import type { Bank } from "../bank.ts";
import { transactionOf } from "../books/state.ts";
import { settle } from "./settle.ts";

/**
 * Announces a transaction that was just opened and starts settling it in the background.
 * Resolves when the announcement was delivered; only the dial's "webhook before the reply" waits for that.
 */
export async function beginOrder(bank: Bank, transactionId: string): Promise<void> {
  const announced = bank.announce(transactionOf(bank.books.state, transactionId));
  bank.work.run(settle(bank, transactionId));
  await announced;
}
