import { createRoute, z } from "@hono/zod-openapi";
import { removeEndpoint as saveRemoval } from "../../store/webhookEndpoints.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reasonBody } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { rowId, showChange } from "./changeEndpoint.ts";

export const removedView = z.object({ id: z.int(), removed: z.literal(true) });

const route = createRoute({
  method: "post",
  path: "/api/webhook-endpoints/{id}/remove",
  operationId: "removeWebhookEndpoint",
  tags: ["webhooks"],
  summary: "Tell an endpoint nothing any more",
  description: "Its secret and its URL's path are forgotten. What was told there stays in the list of deliveries.",
  request: { headers: repeatable, params: rowId, body: reasonBody },
  responses: {
    200: { description: "It is removed", content: { "application/json": { schema: removedView } } },
    ...problemAnswers,
  },
});

export function removeEndpoint(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const by = { actor: c.get("caller").owner.name, reason: c.req.valid("json").reason };
    showChange(ports, await ports.db.transaction((tx) => saveRemoval(tx, id, by)), id);
    return c.json({ id, removed: true as const }, 200);
  });
}
