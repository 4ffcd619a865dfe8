import type { Bank } from "../bank.ts";
import type { Transaction } from "../books/records.ts";
import { BASE_UNITS_PER_CENTAVO } from "../money.ts";
import { draftSpeiOut } from "../spei/draftSpeiOut.ts";
import type { OrderOf } from "./settle.ts";

/** The whole SPEI of an issuance goes back to the account it came from, in the line of the journal that says so. */
export function backToSender(bank: Bank, { id, amountBaseUnits }: Transaction, order: OrderOf<"ISSUANCE">) {
  const spei = draftSpeiOut(bank, {
    kind: "issuance_refund",
    transactionId: id,
    clabe: order.senderClabe,
    beneficiary: order.senderName,
    amountCentavos: amountBaseUnits / BASE_UNITS_PER_CENTAVO,
  });
  return { refund: "paid", together: [{ entry: "spei_sent", spei }] } as const;
}
