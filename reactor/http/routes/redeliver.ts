import { createRoute, z } from "@hono/zod-openapi";
import { redeliver as deliverAgain, redeliverSince } from "../../store/redeliver.ts";
import { listEndpoints } from "../../store/webhookEndpoints.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, moment } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";
import { rowId } from "./changeEndpoint.ts";

const answer = {
  200: {
    description: "How many are sent again",
    content: { "application/json": { schema: z.object({ redelivered: z.int() }) } },
  },
  ...problemAnswers,
};

const one = createRoute({
  method: "post",
  path: "/api/webhook-deliveries/{id}/redeliver",
  operationId: "redeliverOne",
  tags: ["webhooks"],
  summary: "Send a delivery again",
  request: { headers: repeatable, params: rowId },
  responses: answer,
});

const since = fields({
  since: moment().openapi({ type: "string", format: "date-time", example: "2026-03-31T18:00:00-06:00" }),
}).openapi("WebhookRedelivery", { example: { since: "2026-03-31T18:00:00-06:00" } });

const many = createRoute({
  method: "post",
  path: "/api/webhook-endpoints/{id}/redeliver",
  operationId: "redeliverSince",
  tags: ["webhooks"],
  summary: "Send again what an endpoint has missed",
  request: {
    headers: repeatable,
    params: rowId,
    body: { required: true, content: { "application/json": { schema: since } } },
  },
  responses: answer,
});

/** Sends again: one delivery whatever became of it, or all that an endpoint has not accepted since a moment. */
export function redeliver(app: ApiApp, { db }: AppPorts): void {
  app.openapi(one, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await deliverAgain(db, id))) throw new Problem("webhook_delivery_not_found", { facts: { id: String(id) } });
    return c.json({ redelivered: 1 }, 200);
  });
  app.openapi(many, async (c) => {
    const { id } = c.req.valid("param");
    const known = await listEndpoints(db);
    if (!known.some((endpoint) => endpoint.id === id)) {
      throw new Problem("webhook_endpoint_not_found", { facts: { id: String(id) } });
    }
    return c.json({ redelivered: await redeliverSince(db, id, c.req.valid("json").since) }, 200);
  });
}
