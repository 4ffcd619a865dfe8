import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { endpointOf } from "../http/endpointOf.ts";
import { amountField, idempotencyKeyOf, parseBody } from "../http/parseRequest.ts";
import { validationRefusal } from "../http/refusal.ts";
import { BASE_UNITS_PER_CENTAVO } from "../money.ts";
import { acceptOrder } from "../orders/acceptOrder.ts";
import { transactionSummary } from "./transactionSummary.ts";

/** 100.00 MXN (documented). */
const MINIMUM_BASE_UNITS = 10_000n * BASE_UNITS_PER_CENTAVO;

const body = z.object({
  amount: amountField.refine((amount) => amount >= MINIMUM_BASE_UNITS, "the minimum is 100.00"),
  // Upper case in the documentation, lower case in every client that works on stage.
  asset: z.enum(["MXN", "mxn"]),
  // Juno also redeems to one's own Bitso balance when this is left out; the sandbox has no Bitso beside it.
  destination_bank_account_id: z.uuid(),
});

/** POST /mint_platform/v1/redemptions: burns MXNB and pays the account by SPEI. Answers IN_PROGRESS; nothing is paid yet. */
export function createRedemption(bank: Bank): Handler {
  return async (c) => {
    const idempotencyKey = idempotencyKeyOf(c);
    const { amount, destination_bank_account_id } = await parseBody(c, body);
    const account = bank.books.state.bankAccounts.get(destination_bank_account_id);
    if (!account) throw validationRefusal(["destination_bank_account_id: no such bank account"]);
    const { id: bankAccountId, clabe, recipientLegalName: beneficiary } = account;
    const transaction = await acceptOrder(bank, {
      endpoint: endpointOf(c),
      order: { type: "REDEMPTION", bankAccountId, clabe, beneficiary },
      amountBaseUnits: amount,
      idempotencyKey,
    });
    return c.json({ success: true, payload: transactionSummary(transaction) });
  };
}
