import type { Bank } from "../bank.ts";
import type { SpeiIn, SpeiOut } from "../books/records.ts";
import { receiveSpei } from "./receiveSpei.ts";

/**
 * The receiving bank sends a payout back. Documented: it comes as a refund deposit with the payout's clave de rastreo, while
 * the redemption stays COMPLETE. GUESS: it arrives at the account's first CLABE (unless another is named) and is issued again.
 * Throws when that payout already came back.
 */
export function returnPayout(bank: Bank, payout: SpeiOut, receiverClabe?: string): SpeiIn {
  if (isReturned(bank, payout)) throw new Error(`The payout ${payout.trackingKey} was already returned`);
  const [accountClabe] = bank.books.state.clabes.keys();
  if (accountClabe === undefined) throw new Error("The account has no CLABE to return a payout to");
  const arrival = {
    receiverClabe: receiverClabe ?? accountClabe,
    receiverName: bank.businessName ?? "Cuenta Juno",
    senderClabe: payout.clabe,
    senderName: payout.beneficiary,
    amountCentavos: payout.amountCentavos,
    trackingKey: payout.trackingKey,
    returnOf: payout.id,
  };
  const { spei, announced } = receiveSpei(bank, arrival, {});
  bank.work.run(announced);
  return spei;
}

export function isReturned(bank: Bank, payout: SpeiOut): boolean {
  return bank.books.state.speiIn.some((spei) => spei.returnOf === payout.id);
}

/** The SPEI that a redemption paid, once it did. */
export function payoutOf(bank: Bank, redemptionId: string): SpeiOut | undefined {
  return bank.books.state.speiOut.find((spei) => spei.kind === "payout" && spei.transactionId === redemptionId);
}
