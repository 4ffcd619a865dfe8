import { askedAmount, askedUuid } from "./asked.ts";
import type { JunoClient } from "./client.ts";
import { postOrder } from "./postOrder.ts";
import type { AcceptedTransaction, BankReply } from "./reply.ts";

/**
 * Burns MXNB of the Juno account and pays the MXN by SPEI to a registered bank account: this one call *is* the payout.
 * Asynchronous: `done` means accepted, and IN_PROGRESS is not paid. Repeating the key answers the original transaction.
 * Throws RangeError or TypeError for an amount that is not positive, a key or an account id that is not a UUID (without an
 * account id the bank would pay into its own MXN balance).
 */
export async function createRedemption(
  client: JunoClient,
  redemption: { idempotencyKey: string; amountCentavos: bigint; bankAccountId: string },
): Promise<BankReply<AcceptedTransaction>> {
  const idempotencyKey = askedUuid("idempotency key", redemption.idempotencyKey);
  const bankAccountId = askedUuid("bank account id", redemption.bankAccountId);
  const body = redemptionBody(askedAmount(redemption.amountCentavos), bankAccountId);
  const amountBaseUnits = redemption.amountCentavos * 10_000n;
  return await postOrder(
    client,
    { path: "/mint_platform/v1/redemptions", body, idempotencyKey },
    { type: "REDEMPTION", amountBaseUnits },
  );
}

/**
 * The amount goes as a JSON number: the documentation says a string, but every redemption seen to succeed on stage sent a number
 * (SEYF-P, PUMA, Kustodia), and Kustodia says that strings fail. Its decimal text is written as it is, for a JavaScript number
 * would round. `mxn` in lower case is the form that stage took; the documentation writes MXN.
 */
function redemptionBody(amount: string, bankAccountId: string): string {
  return `{"amount":${amount},"destination_bank_account_id":${JSON.stringify(bankAccountId)},"asset":"mxn"}`;
}
