import { createRoute, z } from "@hono/zod-openapi";
import { listEndpoints as readEndpoints } from "../../store/webhookEndpoints.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { endpointView, toEndpointView } from "../wire/webhookView.ts";

const route = createRoute({
  method: "get",
  path: "/api/webhook-endpoints",
  operationId: "listWebhookEndpoints",
  tags: ["webhooks"],
  summary: "Where events are told",
  responses: {
    200: {
      description: "Where events are delivered, without the secrets",
      content: { "application/json": { schema: z.object({ endpoints: z.array(endpointView) }) } },
    },
    ...problemAnswers,
  },
});

export function listEndpoints(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const endpoints = await readEndpoints(db);
    return c.json({ endpoints: endpoints.map((one) => toEndpointView(one, c.get("caller"))) }, 200);
  });
}
