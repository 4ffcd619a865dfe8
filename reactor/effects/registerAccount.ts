import { listBankAccounts } from "../juno/listBankAccounts.ts";
import { registerBankAccount } from "../juno/registerBankAccount.ts";
import { notDone } from "./bankOutcome.ts";
import type { BankOutcome, BankPerformer, Order, World } from "./order.ts";

/**
 * Makes sure that the beneficiary's account is registered: looks first, asks only if it is not there, and reads it back.
 * Done only when the bank's own list shows an account of exactly this CLABE and this name.
 * @throws Error when the order has no account: no leg gets here without one.
 */
export const registerAccount: BankPerformer = async (world, order) => {
  const before = await findAccount(world, order);
  if (before !== "absent") return before;
  const { legalName: recipientLegalName, clabe } = accountOf(order);
  const asked = await registerBankAccount(world.juno, {
    tag: order.key,
    recipientLegalName,
    clabe,
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
  const wanted = accountOf(order);
  const found = reply.value.find(
    ({ clabe, recipientLegalName }) => clabe === wanted.clabe && recipientLegalName === wanted.legalName,
  );
  return found ? { outcome: "done", outsideId: found.id, evidence: reply.evidence } : "absent";
}

function accountOf({ account }: Order) {
  if (account === null) throw new Error("The registration of an account was ordered for a payee who has none.");
  return account;
}
