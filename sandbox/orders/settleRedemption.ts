import type { Bank } from "../bank.ts";
import type { Transaction } from "../books/records.ts";
import { callToken } from "../chain/callToken.ts";
import { BASE_UNITS_PER_CENTAVO } from "../money.ts";
import { draftSpeiOut } from "../spei/draftSpeiOut.ts";
import { isReturned, payoutOf, returnPayout } from "../spei/returnPayout.ts";
import { move } from "./move.ts";
import { failOrder } from "./refund.ts";
import type { OrderOf } from "./settle.ts";

/** IN_PROGRESS → the burn on chain → the outgoing SPEI and COMPLETE, in one line of the journal. */
export async function settleRedemption(
  bank: Bank,
  transaction: Transaction,
  order: OrderOf<"REDEMPTION">,
): Promise<void> {
  const { id, status, fate } = transaction;
  if (status !== "COMPLETE") {
    await bank.work.sleep(fate.settleAfterMs ?? bank.delays.redemptionMs);
    if (fate.failsAfterInProgress) return failOrder(bank, id, "The receiving bank could not be paid");
    const outcome = await callToken(bank, id, { functionName: "burn", args: [transaction.amountBaseUnits] });
    if (outcome.kind === "reverted") return failOrder(bank, id, outcome.reason);
    const spei = draftSpeiOut(bank, {
      kind: "payout",
      transactionId: id,
      clabe: order.clabe,
      beneficiary: order.beneficiary,
      amountCentavos: transaction.amountBaseUnits / BASE_UNITS_PER_CENTAVO,
    });
    move(bank, id, { status: "COMPLETE", hash: outcome.hash, together: [{ entry: "spei_sent", spei }] });
  }
  if (fate.returnedAfterMs === undefined) return;
  await bank.work.sleep(fate.returnedAfterMs);
  const payout = payoutOf(bank, id);
  if (payout && !isReturned(bank, payout)) returnPayout(bank, payout);
}
