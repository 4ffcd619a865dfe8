import { unknown } from "./classify.ts";
import type { JunoClient } from "./client.ts";
import type { AcceptedTransaction, BankReply, TransactionType } from "./reply.ts";
import { post } from "./request.ts";
import { enveloped } from "./wire/envelope.ts";
import { accepted } from "./wire/transaction.ts";

type Asked = Readonly<{ type: TransactionType; amountBaseUnits: bigint }>;

/** Made once: to make a schema costs more than to read an answer with it. */
const answer = enveloped(accepted);

/**
 * Posts what moves money, and holds the answer to what was asked: the same key with another body is undocumented, and an answer about
 * another order must not be taken for ours. Such a one is unknown, for the bank did something, and is told.
 */
export async function postOrder(
  client: JunoClient,
  call: { path: string; body: string; idempotencyKey: string },
  asked: Asked,
): Promise<BankReply<AcceptedTransaction>> {
  const reply = await post(client, { ...call, lane: "money" }, answer);
  if (reply.outcome !== "done") return reply;
  const { transaction, type = asked.type, amountBaseUnits = asked.amountBaseUnits } = reply.value;
  if (type === asked.type && amountBaseUnits === asked.amountBaseUnits) return { ...reply, value: transaction };
  const said = `${type} of ${amountBaseUnits} base units, where ${asked.type} of ${asked.amountBaseUnits} was asked`;
  const message = `The bank's answer to ${call.path} is not as expected: it is about ${said}.`;
  client.onUnclassified?.(message);
  return unknown("malformed", message, reply.evidence);
}
