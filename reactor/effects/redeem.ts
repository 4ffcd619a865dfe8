import { createRedemption } from "../juno/createRedemption.ts";
import { bankOutcome } from "./bankOutcome.ts";
import type { BankPerformer } from "./order.ts";

/**
 * Asks Juno to burn the MXNB and pay the pesos by SPEI to the beneficiary's registered account: one call (juno-api.md 5).
 * @throws Error when the order has no bank account: the table lets no such leg get here.
 */
export const redeem: BankPerformer = async ({ juno }, order) => {
  if (order.bankAccountId === null) throw new Error("A redemption was ordered without a registered bank account.");
  const { key, amountCentavos, bankAccountId } = order;
  const reply = await createRedemption(juno, { idempotencyKey: key, amountCentavos, bankAccountId });
  return bankOutcome(reply, (accepted) => accepted.id);
};
