import { v4 as uuid } from "uuid";
import type { Bank } from "../bank.ts";
import type { Fate, SpeiIn } from "../books/records.ts";
import { BASE_UNITS_PER_CENTAVO } from "../money.ts";
import { beginOrder } from "../orders/beginOrder.ts";
import { draftTransaction } from "../orders/draftTransaction.ts";

type Arrival = Omit<SpeiIn, "fid" | "depositId" | "createdAt">;

/** Books a SPEI that arrived at one of our CLABEs and starts its issuance. Returns the deposit. */
export function receiveSpei(bank: Bank, arrival: Arrival, fate: Fate): { spei: SpeiIn; announced: Promise<void> } {
  const spei: SpeiIn = {
    ...arrival,
    fid: Buffer.from(bank.random(16)).toString("hex"),
    depositId: uuid({ random: bank.random(16) }),
    createdAt: bank.now(),
  };
  const { fid, receiverClabe, senderName, senderClabe, trackingKey } = spei;
  const transaction = draftTransaction(bank, {
    order: { type: "ISSUANCE", fid, receiverClabe, senderName, senderClabe, trackingKey },
    amountBaseUnits: spei.amountCentavos * BASE_UNITS_PER_CENTAVO,
    fate,
  });
  bank.books.record([
    { entry: "spei_received", spei },
    { entry: "transaction_opened", transaction },
  ]);
  return { spei, announced: beginOrder(bank, transaction.id) };
}
