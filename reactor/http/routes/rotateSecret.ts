import { createRoute } from "@hono/zod-openapi";
import { rotateSecret as saveSecret } from "../../store/webhookEndpoints.ts";
import type { ApiApp } from "../caller.ts";
import { newSecret } from "../newSecret.ts";
import type { AppPorts } from "../ports.ts";
import { fields, wholeNumber } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { endpointWithSecret, toEndpointView } from "../wire/webhookView.ts";
import { rowId, showChange } from "./changeEndpoint.ts";

const USUAL_OVERLAP_HOURS = 24;
const LONGEST_OVERLAP_HOURS = 30 * 24;

const rotation = fields({
  overlap_hours: wholeNumber(0, LONGEST_OVERLAP_HOURS)
    .optional()
    .openapi({ description: `How long both secrets sign; ${USUAL_OVERLAP_HOURS} when left out, 0 for a leaked one` }),
  reason: reason(),
}).openapi("WebhookRotation", { example: { overlap_hours: 24, reason: "cambio anual" } });

const route = createRoute({
  method: "post",
  path: "/api/webhook-endpoints/{id}/rotate-secret",
  operationId: "rotateWebhookSecret",
  tags: ["webhooks"],
  summary: "Give an endpoint another secret",
  request: {
    headers: repeatable,
    params: rowId,
    body: { required: true, content: { "application/json": { schema: rotation } } },
  },
  responses: {
    200: {
      description: "Deliveries are signed with the new secret, and with the old one while they overlap",
      content: { "application/json": { schema: endpointWithSecret } },
    },
    ...problemAnswers,
  },
});

export function rotateSecret(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { overlap_hours: overlapHours = USUAL_OVERLAP_HOURS, reason } = c.req.valid("json");
    const secret = newSecret();
    const rotated = await ports.db.transaction((tx) =>
      saveSecret(tx, id, { secret, overlapHours }, { actor: c.get("caller").owner.name, reason }),
    );
    const changed = toEndpointView(showChange(ports, rotated, id), c.get("caller"));
    // What is kept to be replayed must not have the secret in it.
    c.set("replay", JSON.stringify({ ...changed, secret: null }));
    return c.json({ ...changed, secret }, 200);
  });
}
