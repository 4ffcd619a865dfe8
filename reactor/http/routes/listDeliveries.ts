import { createRoute, z } from "@hono/zod-openapi";
import { type DeliveryState, listDeliveries as readDeliveries } from "../../store/listDeliveries.ts";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { digits, fields, LARGEST_ID } from "../wire/fields.ts";
import { LONGEST_PAGE, newestFirst, nextNumber, nextOf } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { deliveryView, toDeliveryView } from "../wire/webhookView.ts";

const STATES = ["pending", "delivered", "abandoned"] as const satisfies readonly DeliveryState[];

const route = createRoute({
  method: "get",
  path: "/api/webhook-deliveries",
  operationId: "listWebhookDeliveries",
  tags: ["webhooks"],
  summary: "What was told, to whom, and what became of it",
  request: {
    query: fields({
      ...newestFirst(LARGEST_ID),
      endpoint_id: digits(1, LARGEST_ID).optional(),
      state: z.enum(STATES, "unknown_delivery_state" satisfies FieldProblem).optional(),
    }),
  },
  responses: {
    200: {
      description: "Deliveries, newest first",
      content: {
        "application/json": {
          schema: z.object({ deliveries: z.array(deliveryView), next_before: nextNumber }),
        },
      },
    },
    ...problemAnswers,
  },
});

export function listDeliveries(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, before = null, endpoint_id = null, state = null } = c.req.valid("query");
    const wanted = { limit, before, endpointId: endpoint_id, state };
    const rows = await readAnywhere(c, ports, (db) => readDeliveries(db, wanted));
    const next_before = nextOf(rows, limit, ({ delivery }) => delivery.id);
    return c.json({ deliveries: rows.map(toDeliveryView), next_before }, 200);
  });
}
