import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { parseBody } from "../http/parseRequest.ts";

const body = z.object({
  callback_url: z.url({ protocol: /^https?$/ }),
  events: z.array(z.literal("TRANSACTION")).min(1),
});

/** POST /v4/webhooks: answers without the envelope (documented). A URL that is already registered keeps its registration. */
export function registerWebhook(bank: Bank): Handler {
  return async (c) => {
    const { callback_url: callbackUrl } = await parseBody(c, body);
    const { webhooks } = bank.books.state;
    const known = webhooks.find((each) => each.callbackUrl === callbackUrl);
    const registration = known ?? { id: webhooks.length + 1, callbackUrl };
    if (!known) bank.books.record([{ entry: "webhook_registered", registration }]);
    return c.json({
      message: "Webhooks registered",
      webhooks: [{ id: registration.id, callback_url: callbackUrl, event: "TRANSACTION" }],
    });
  };
}
