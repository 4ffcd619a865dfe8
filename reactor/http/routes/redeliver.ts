import { createRoute, z } from "@hono/zod-openapi";
import { redeliver as deliverAgain, type Redelivered, redeliverSince } from "../../store/redeliver.ts";
import type { ApiApp } from "../caller.ts";
import { Problem, type ProblemName } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, moment } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason, reasonBody } from "../wire/reason.ts";
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
  request: { headers: repeatable, params: rowId, body: reasonBody },
  responses: answer,
});

const since = fields({
  since: moment().openapi({ type: "string", format: "date-time", example: "2026-03-31T18:00:00-06:00" }),
  reason: reason(),
}).openapi("WebhookRedelivery", {
  example: { since: "2026-03-31T18:00:00-06:00", reason: "su servidor estuvo caído" },
});

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
export function redeliver(app: ApiApp, ports: AppPorts): void {
  const { db } = ports;
  /** @throws {Problem} when there is nothing of this number. */
  const shown = (again: Redelivered | null, problem: ProblemName, id: number) => {
    if (again === null) throw new Problem(problem, { facts: { id: String(id) } });
    for (const event of again.events) ports.show(event);
    return { redelivered: again.count };
  };
  app.openapi(one, async (c) => {
    const { id } = c.req.valid("param");
    const by = { actor: c.get("caller").owner.name, reason: c.req.valid("json").reason };
    const again = await db.transaction((tx) => deliverAgain(tx, id, by));
    return c.json(shown(again, "webhook_delivery_not_found", id), 200);
  });
  app.openapi(many, async (c) => {
    const { id } = c.req.valid("param");
    const { since, reason } = c.req.valid("json");
    const by = { actor: c.get("caller").owner.name, reason };
    const again = await db.transaction((tx) => redeliverSince(tx, id, since, by));
    return c.json(shown(again, "webhook_endpoint_not_found", id), 200);
  });
}
