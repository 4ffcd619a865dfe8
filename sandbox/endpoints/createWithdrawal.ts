import type { Handler } from "hono";
import { type Hex, isAddress } from "viem";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { endpointOf } from "../http/endpointOf.ts";
import { amountField, idempotencyKeyOf, parseBody } from "../http/parseRequest.ts";
import { validationRefusal } from "../http/refusal.ts";
import { BASE_UNITS_PER_CENTAVO } from "../money.ts";
import { acceptOrder } from "../orders/acceptOrder.ts";
import { transactionSummary } from "./transactionSummary.ts";

/** 10 million MXNB (documented). */
const MAXIMUM_BASE_UNITS = 10_000_000n * 100n * BASE_UNITS_PER_CENTAVO;

const vaspRecipient = z.object({
  vasp: z.object({ did: z.string().min(1) }),
  // Less is asked of somebody who withdraws to himself (documented; that this is what may be left out is a GUESS).
  beneficiary: z.object({ name: z.string().min(1), type: z.enum(["NATURAL", "LEGAL"]) }).optional(),
});

const body = z.object({
  // Case-sensitive, as seen on stage.
  asset: z.literal("MXNB"),
  blockchain: z.literal("ARBITRUM"),
  // Two decimals although the newer documentation says six: stage refuses more.
  amount: amountField.refine((amount) => amount <= MAXIMUM_BASE_UNITS, "must be at most 10000000"),
  address: z.custom<Hex>((value) => typeof value === "string" && isAddress(value), "is not an Arbitrum address"),
  compliance: z.object({ travel_rule: z.union([vaspRecipient, z.strictObject({})]).optional() }).optional(),
});

/** POST /mint_platform/v1/withdrawals. Answers with the transaction, still PENDING. An empty travel_rule: a wallet of one's own. */
export function createWithdrawal(bank: Bank): Handler {
  return async (c) => {
    const idempotencyKey = idempotencyKeyOf(c);
    const { amount, address, compliance } = await parseBody(c, body);
    const threshold = bank.rules.travelRuleCentavos * BASE_UNITS_PER_CENTAVO;
    if (amount >= threshold && compliance?.travel_rule === undefined) {
      throw validationRefusal(["compliance.travel_rule: required from the travel rule's threshold on"]);
    }
    const transaction = await acceptOrder(bank, {
      endpoint: endpointOf(c),
      order: { type: "CRYPTO_WITHDRAWAL", address },
      amountBaseUnits: amount,
      idempotencyKey,
    });
    return c.json({ success: true, payload: transactionSummary(transaction) });
  };
}
