import { createRoute, z } from "@hono/zod-openapi";
import { type EndpointChange, lockEndpoint, changeEndpoint as saveChange } from "../../store/webhookEndpoints.ts";
import type { ApiApp } from "../caller.ts";
import { refuseOther } from "../etag.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { digits, fields, flag, LARGEST_ID, webUrl } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { endpointView, etagOfEndpoint, eventTypes, toEndpointView } from "../wire/webhookView.ts";
import { LONGEST_URL, refuseUrl } from "./postEndpoint.ts";

export const rowId = fields({ id: digits(1, LARGEST_ID).openapi({ param: { example: 1 } }) });

const change = fields({
  url: webUrl(LONGEST_URL).optional(),
  event_types: eventTypes.nullable().optional().openapi({ description: "null: every type" }),
  enabled: flag().optional().openapi({ description: "true begins anew: past failures are forgotten" }),
  reason: reason(),
}).openapi("WebhookChange", {
  example: { event_types: ["pago_completado"], enabled: true, reason: "su servidor ya responde" },
});

const route = createRoute({
  method: "patch",
  path: "/api/webhook-endpoints/{id}",
  operationId: "changeWebhookEndpoint",
  tags: ["webhooks"],
  summary: "Change, disable or enable a webhook endpoint",
  request: {
    headers: repeatable.extend({
      "if-match": z.string().optional().openapi({ description: "The endpoint's ETag, as it was last answered" }),
    }),
    params: rowId,
    body: { required: true, content: { "application/json": { schema: change } } },
  },
  responses: {
    200: { description: "As it is now", content: { "application/json": { schema: endpointView } } },
    ...problemAnswers,
  },
});

export function changeEndpoint(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { url, event_types, enabled, reason } = c.req.valid("json");
    if (url === undefined && event_types === undefined && enabled === undefined) {
      throw new Problem("nothing_to_change", { facts: { field: "cuerpo (body)" }, pointer: "" });
    }
    if (url !== undefined) await refuseUrl(ports, url);
    const changes = {
      ...(url !== undefined && { url }),
      ...(event_types !== undefined && { eventTypes: event_types }),
      ...(enabled !== undefined && { enabled }),
    };
    const { id } = c.req.valid("param");
    const changed = await ports.db.transaction(async (tx) => {
      const known = await lockEndpoint(tx, id);
      if (known !== null) refuseOther(etagOfEndpoint(known), c.req.header("if-match"));
      return saveChange(tx, id, changes, { actor: c.get("caller").owner.name, reason });
    });
    return c.json(toEndpointView(showChange(ports, changed, id), c.get("caller")), 200);
  });
}

/** Shows what changed. @throws {Problem} when there is no such endpoint. */
export function showChange(ports: AppPorts, changed: EndpointChange | null, id: number): EndpointChange["endpoint"] {
  if (changed === null) throw new Problem("webhook_endpoint_not_found", { facts: { id: String(id) } });
  for (const event of changed.events) ports.show(event);
  return changed.endpoint;
}
