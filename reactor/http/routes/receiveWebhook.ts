import { createRoute, z } from "@hono/zod-openapi";
import { saveWebhook } from "../../store/saveWebhook.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "post",
  path: "/webhooks/juno",
  operationId: "ringDoorbell",
  tags: ["bank"],
  summary: "The bank's doorbell",
  responses: {
    200: {
      description: "Stored; the bank is asked what happened",
      content: { "application/json": { schema: z.object({ received: z.literal(true) }) } },
    },
    ...problemAnswers,
  },
});

/**
 * A webhook is a doorbell: anyone could ring it, so nothing in it is believed and it needs no key. It is stored as it came,
 * answered, and the bank is asked. Its content type is not looked at: a bank that is refused stops ringing.
 */
export function receiveWebhook(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const json = await c.req.text();
    if (!(await saveWebhook(ports.db, json))) throw new Problem("malformed_json");
    ports.doorbell(json);
    return c.json({ received: true as const }, 200);
  });
}
