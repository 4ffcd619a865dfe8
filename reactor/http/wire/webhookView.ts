import { z } from "@hono/zod-openapi";
import { type AnyEventType, words } from "../../payments/words.ts";
import type { listDeliveries } from "../../store/listDeliveries.ts";
import type { WebhookEndpoint } from "../../store/webhookEndpoints.ts";
import type { Caller } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { hashRequest } from "../hashRequest.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

const EVENT_TYPES = Object.keys(words) as [AnyEventType, ...AnyEventType[]];

/** Types of events, as an endpoint asks for them. */
export const eventTypes = z
  .array(z.enum(EVENT_TYPES, "unknown_event_type" satisfies FieldProblem))
  .min(1, "empty" satisfies FieldProblem)
  .max(EVENT_TYPES.length, "not_accepted" satisfies FieldProblem);

export const endpointView = z
  .object({
    id: z.int(),
    url: z.string().openapi({ example: "https://ejemplo.mx/kustodia" }),
    event_types: z.array(z.string()).nullable().openapi({ description: "null: every type" }),
    enabled: z.boolean(),
    disabled_why: z.enum(["person", "gone", "failing", "removed"]).nullable(),
    failing_since: z.iso.datetime().nullable().openapi({ description: "Nothing was accepted since then" }),
    previous_secret_until: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    etag: z.string().openapi({ description: "Sent as If-Match, it refuses a change of what has changed since" }),
  })
  .openapi("WebhookEndpoint");

/** Names an endpoint as persons have set it: what becomes of its deliveries is not in it. */
export const etagOfEndpoint = ({ url, eventTypes, enabled }: WebhookEndpoint) =>
  `"${hashRequest([url, eventTypes, enabled]).slice(0, 16)}"`;

/** With the secret, which is shown when it is made and never again. */
export const endpointWithSecret = z
  .object({
    ...endpointView.shape,
    secret: z
      .string()
      .nullable()
      .openapi({ description: "Shown once: null where the answer is replayed", example: "whsec_…" }),
  })
  .openapi("WebhookEndpointWithSecret");

/** @param caller who reads: only who decides where webhooks go is shown a URL's path, which is often its secret. */
export function toEndpointView(
  endpoint: WebhookEndpoint,
  caller: Pick<Caller, "scopes">,
): z.infer<typeof endpointView> {
  return {
    id: endpoint.id,
    url: caller.scopes.has("admin") ? endpoint.url : `${new URL(endpoint.url).origin}/…`,
    event_types: endpoint.eventTypes,
    enabled: endpoint.enabled,
    disabled_why: endpoint.disabledWhy,
    failing_since: isoTimeOrNull(endpoint.failingSinceMs),
    previous_secret_until: isoTimeOrNull(endpoint.previousSecretUntilMs),
    created_at: isoTime(endpoint.createdAtMs),
    etag: etagOfEndpoint(endpoint),
  };
}

export const deliveryView = z
  .object({
    id: z.int(),
    endpoint_id: z.int(),
    event: z.object({ id: z.int(), type: z.string(), payment_id: z.int().nullable(), created_at: z.iso.datetime() }),
    state: z.enum(["pending", "delivered", "abandoned"]),
    attempts: z.int(),
    next_try_at: z.iso.datetime().nullable(),
    last_tried_at: z.iso.datetime().nullable(),
    last_status: z.int().nullable().openapi({ description: "HTTP status of the last try; null: no answer came" }),
    last_error: z.string().nullable(),
  })
  .openapi("WebhookDelivery");

type Listed = Awaited<ReturnType<typeof listDeliveries>>[number];

export function toDeliveryView({ delivery, event }: Listed): z.infer<typeof deliveryView> {
  return {
    id: delivery.id,
    endpoint_id: delivery.endpointId,
    event: {
      id: delivery.eventId,
      type: event.type,
      payment_id: event.paymentId,
      created_at: isoTime(event.atMs),
    },
    state: delivery.state,
    attempts: delivery.attempts,
    next_try_at: delivery.state === "pending" ? isoTime(delivery.dueAtMs) : null,
    last_tried_at: isoTimeOrNull(delivery.lastTriedAtMs),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
  };
}
