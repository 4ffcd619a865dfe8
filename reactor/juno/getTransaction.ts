import type { JunoClient } from "./client.ts";
import type { BankReply, BankTransaction } from "./reply.ts";
import { get } from "./request.ts";
import { enveloped } from "./wire/envelope.ts";
import { transaction } from "./wire/transaction.ts";

const answer = enveloped(transaction);

/**
 * One transaction with its details: receiving CLABE of an issuance, address and on-chain hash of a withdrawal. An unknown id is
 * refused `not_found`, not_now: the bank shows what is new with a delay.
 */
export async function getTransaction(client: JunoClient, id: string): Promise<BankReply<BankTransaction>> {
  return await get(client, `/mint_platform/v1/transactions/${encodeURIComponent(id)}`, answer);
}
