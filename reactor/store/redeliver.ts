import { eq, sql } from "drizzle-orm";
import type { StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { outgoingDelivery } from "./schema/index.ts";
import { type By, findEndpoint, tellChange, type WebhookEndpoint } from "./webhookEndpoints.ts";

/** What a delivery is that has everything before it again. */
const ANEW = { state: "pending", attempts: 0, dueAtMs: sql`now()`, leaseUntilMs: null, firstTriedAtMs: null } as const;

/** How many deliveries are sent again, and the event that says so. */
export type Redelivered = Readonly<{ count: number; events: readonly StoredEvent[] }>;

/** Sends one delivery again, whatever became of it. @returns null when there is none of this number, or nowhere to. */
export async function redeliver(tx: Queryable, id: number, by: By): Promise<Redelivered | null> {
  const [known] = await tx.select().from(outgoingDelivery).where(eq(outgoingDelivery.id, id)).for("update");
  const endpoint = known === undefined ? null : await findEndpoint(tx, known.endpointId);
  if (endpoint === null) return null;
  await tx.update(outgoingDelivery).set(ANEW).where(eq(outgoingDelivery.id, id));
  return tell(tx, endpoint, 1, by);
}

/**
 * Sends an endpoint what it has not accepted of the events since a moment: what was abandoned, and what happened while it
 * was disabled and so never became a delivery.
 * @returns null when there is no such endpoint.
 */
export async function redeliverSince(
  tx: Queryable,
  endpointId: number,
  sinceMs: number,
  by: By,
): Promise<Redelivered | null> {
  const endpoint = await findEndpoint(tx, endpointId);
  if (endpoint === null) return null;
  const { rows } = await tx.execute(sql`
    insert into kustodia.outgoing_delivery as known (endpoint_id, event_id, queue)
    select endpoint.id, event.id, coalesce(event.payment_id, 0)
    from kustodia.webhook_endpoint endpoint join kustodia.event event
      on endpoint.event_types is null or event.type = any(endpoint.event_types)
    where endpoint.id = ${endpointId} and event.at >= ${new Date(sinceMs).toISOString()}::timestamptz
    on conflict on constraint delivered_once_to_each do update
    set state = 'pending', attempts = 0, due_at = now(), first_tried_at = null where known.state = 'abandoned'
    returning known.id`);
  return tell(tx, endpoint, rows.length, by);
}

async function tell(tx: Queryable, endpoint: WebhookEndpoint, count: number, by: By): Promise<Redelivered> {
  return { count, events: await tellChange(tx, endpoint, "webhook_reenviado", by, { count: String(count) }) };
}
