import { createWithdrawal } from "../juno/createWithdrawal.ts";
import { bankOutcome } from "./bankOutcome.ts";
import type { BankPerformer } from "./order.ts";

/** Asks Juno to send the payment's MXNB to the bridge wallet. */
export const withdraw: BankPerformer = async ({ juno, chain }, order) => {
  const { key, amountCentavos } = order;
  const reply = await createWithdrawal(juno, { idempotencyKey: key, amountCentavos, address: chain.bridge });
  return bankOutcome(reply, (accepted) => accepted.id);
};
