import { z } from "zod";
import type { JunoClient } from "./client.ts";
import type { BankAccount, BankReply } from "./reply.ts";
import { get } from "./request.ts";
import { bankAccount } from "./wire/bankAccount.ts";
import { enveloped } from "./wire/envelope.ts";

const answer = enveloped(z.array(bankAccount));

/** The registered payout accounts, all of them: the list has no pages. A new one may appear some seconds late. */
export async function listBankAccounts(client: JunoClient): Promise<BankReply<BankAccount[]>> {
  return await get(client, "/mint_platform/v1/accounts/banks", answer);
}
