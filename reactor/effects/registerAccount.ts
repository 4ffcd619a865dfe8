import { listBankAccounts } from "../juno/listBankAccounts.ts";
import { registerBankAccount } from "../juno/registerBankAccount.ts";
import { notDone } from "./bankOutcome.ts";
import type { BankOutcome, BankPerformer, Order, World } from "./order.ts";

/**
 * Makes sure that the beneficiary's account is registered: looks first, asks only if it is not there, and reads it back.
 * Done only when the bank's own list shows an account of exactly this CLABE and this name.
 */
export const registerAccount: BankPerformer = async (world, order) => {
  const before = await findAccount(world, order);
  if (before !== "absent") return before;
  const { payoutClabe, recipientLegalName } = order;
  const asked = await registerBankAccount(world.juno, {
    tag: order.key,
    recipientLegalName,
    clabe: payoutClabe,
    ownership: "THIRD_PARTY",
  });
  if (asked.outcome !== "done") return notDone(asked);
  const after = await findAccount(world, order);
  if (after !== "absent") return after;
  // Seen at the client's: the list may lag the registration by seconds (juno-api.md 2.10). The next attempt looks again.
  return {
    outcome: "unknown",
    reason: "not_listed_yet",
    message: "registered, but not in the list yet",
    evidence: asked.evidence,
  };
};

async function findAccount({ juno }: World, order: Order): Promise<BankOutcome | "absent"> {
  const reply = await listBankAccounts(juno);
  if (reply.outcome !== "done") return notDone(reply);
  const found = reply.value.find(
    (account) => account.clabe === order.payoutClabe && account.recipientLegalName === order.recipientLegalName,
  );
  return found ? { outcome: "done", outsideId: found.id, evidence: reply.evidence } : "absent";
}
