import type { Bank } from "../bank.ts";
import type { Transaction } from "../books/records.ts";
import { callToken } from "../chain/callToken.ts";
import { move } from "./move.ts";
import { failOrder } from "./refund.ts";
import type { OrderOf } from "./settle.ts";

/** PENDING → IN_PROGRESS → the transfer on chain → COMPLETE with its hash in the timeline. */
export async function settleWithdrawal(
  bank: Bank,
  { id, status, fate, amountBaseUnits }: Transaction,
  { address }: OrderOf<"CRYPTO_WITHDRAWAL">,
): Promise<void> {
  if (status === "COMPLETE") return;
  if (status === "PENDING") {
    await bank.work.sleep(fate.settleAfterMs ?? bank.delays.withdrawalMs);
    move(bank, id, { status: "IN_PROGRESS" });
  }
  if (fate.failsAfterInProgress) return failOrder(bank, id, "The withdrawal could not be completed");
  const outcome = await callToken(bank, id, { functionName: "transfer", args: [address, amountBaseUnits] });
  if (outcome.kind === "reverted") return failOrder(bank, id, outcome.reason);
  move(bank, id, { status: "COMPLETE", hash: outcome.hash });
}
