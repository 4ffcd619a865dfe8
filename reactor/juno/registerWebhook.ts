import { z } from "zod";
import type { JunoClient } from "./client.ts";
import type { BankReply, RegisteredWebhook } from "./reply.ts";
import { post } from "./request.ts";

/** The answer to a registration has no envelope (docs.bitso.com/juno/docs/webhooks). */
const registered: z.ZodType<RegisteredWebhook[]> = z
  .object({ webhooks: z.array(z.object({ id: z.string(), callback_url: z.string(), event: z.string() })).min(1) })
  .transform(({ webhooks }) =>
    webhooks.map(({ id, callback_url, event }) => ({ id, callbackUrl: callback_url, event })),
  );

/** Asks the bank to call a public https URL at every status change of a transaction; TRANSACTION is the only event there is. */
export async function registerWebhook(
  client: JunoClient,
  webhook: { callbackUrl: string },
): Promise<BankReply<RegisteredWebhook[]>> {
  const body = JSON.stringify({ callback_url: webhook.callbackUrl, events: ["TRANSACTION"] });
  return await post(client, { path: "/v4/webhooks", body, lane: "read" }, registered);
}
