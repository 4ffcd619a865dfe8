import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { outgoingDelivery } from "./schema/index.ts";

/** What a delivery is that has everything before it again. */
const ANEW = { state: "pending", attempts: 0, dueAtMs: sql`now()`, leaseUntilMs: null, firstTriedAtMs: null } as const;

/** Sends one delivery again, whatever became of it. @returns false when there is none of this number. */
export async function redeliver(db: Queryable, id: number): Promise<boolean> {
  const again = await db
    .update(outgoingDelivery)
    .set(ANEW)
    .where(eq(outgoingDelivery.id, id))
    .returning({ id: outgoingDelivery.id });
  return again.length > 0;
}

/**
 * Sends an endpoint what it has not accepted of the events since a moment: what was abandoned, and what happened while it
 * was disabled and so never became a delivery.
 * @returns how many deliveries that is.
 */
export async function redeliverSince(db: Queryable, endpointId: number, sinceMs: number): Promise<number> {
  const { rows } = await db.execute(sql`
    insert into kustodia.outgoing_delivery as known (endpoint_id, event_id, queue)
    select endpoint.id, event.id, coalesce(event.payment_id, 0)
    from kustodia.webhook_endpoint endpoint join kustodia.event event
      on endpoint.event_types is null or event.type = any(endpoint.event_types)
    where endpoint.id = ${endpointId} and event.at >= ${new Date(sinceMs).toISOString()}::timestamptz
    on conflict on constraint delivered_once_to_each do update
    set state = 'pending', attempts = 0, due_at = now(), first_tried_at = null where known.state = 'abandoned'
    returning known.id`);
  return rows.length;
}
