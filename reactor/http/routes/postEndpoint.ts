import { createRoute } from "@hono/zod-openapi";
import { addEndpoint, listEndpoints } from "../../store/webhookEndpoints.ts";
import type { ApiApp } from "../caller.ts";
import { newSecret } from "../newSecret.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, webUrl } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { endpointWithSecret, eventTypes, toEndpointView } from "../wire/webhookView.ts";

export const LONGEST_URL = 500;
/** Each event is written once for each of them. */
const MOST_ENDPOINTS = 20;

const registration = fields({
  url: webUrl(LONGEST_URL),
  event_types: eventTypes.optional(),
  reason: reason(),
}).openapi("WebhookRegistration", {
  example: { url: "https://ejemplo.mx/kustodia", event_types: ["pago_completado"], reason: "avisos de la tienda" },
});

const route = createRoute({
  method: "post",
  path: "/api/webhook-endpoints",
  operationId: "createWebhookEndpoint",
  tags: ["webhooks"],
  summary: "Have events told to a URL",
  request: { headers: repeatable, body: { required: true, content: { "application/json": { schema: registration } } } },
  responses: {
    201: {
      description: "Events are delivered there from now on, signed with the secret",
      content: { "application/json": { schema: endpointWithSecret } },
    },
    ...problemAnswers,
  },
});

export function postEndpoint(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { url, event_types, reason } = c.req.valid("json");
    await refuseUrl(ports, url);
    const known = await listEndpoints(ports.db);
    if (known.length >= MOST_ENDPOINTS) {
      throw new Problem("too_many_webhook_endpoints", { facts: { maximum: String(MOST_ENDPOINTS) } });
    }
    const secret = newSecret();
    const { endpoint, events } = await ports.db.transaction((tx) =>
      addEndpoint(tx, { url, eventTypes: event_types ?? null, secret }, { actor: c.get("caller").owner.name, reason }),
    );
    for (const event of events) ports.show(event);
    const made = toEndpointView(endpoint, c.get("caller"));
    // What is kept to be replayed must not have the secret in it.
    c.set("replay", JSON.stringify({ ...made, secret: null }));
    return c.json({ ...made, secret }, 201);
  });
}

/** @throws {Problem} when no webhook may go there. */
export async function refuseUrl(ports: AppPorts, url: string): Promise<void> {
  const message = await ports.refuseWebhookUrl(url);
  if (message !== null) throw new Problem("url_not_allowed", { facts: { field: "url", message }, pointer: "/url" });
}
