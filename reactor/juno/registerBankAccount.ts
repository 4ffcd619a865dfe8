import type { JunoClient } from "./client.ts";
import type { BankAccount, BankReply } from "./reply.ts";
import { post } from "./request.ts";
import { registered } from "./wire/bankAccount.ts";
import { enveloped } from "./wire/envelope.ts";

/**
 * Registers an account to pay out to, once per CLABE; the id is what a redemption names. The bank refuses CLABEs of NVIO (710).
 * The call has no idempotency key: after an unknown, list before asking again. `done` gives the id only: read the account back
 * before paying to it. `tag` is our own label; whether it must be unique is not documented.
 */
export async function registerBankAccount(
  client: JunoClient,
  account: Omit<BankAccount, "id">,
): Promise<BankReply<{ id: string }>> {
  const body = JSON.stringify({
    tag: account.tag,
    recipient_legal_name: account.recipientLegalName,
    clabe: account.clabe,
    ownership: account.ownership,
  });
  const sameClabe = registered.refine((wire) => wire.clabe === account.clabe, { error: "is another CLABE's" });
  return await post(client, { path: "/mint_platform/v1/accounts/banks", body, lane: "read" }, enveloped(sameClabe));
}
