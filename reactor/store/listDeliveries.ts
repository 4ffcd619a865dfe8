import { and, desc, eq, lt } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { event, outgoingDelivery } from "./schema/index.ts";

export type OutgoingDelivery = typeof outgoingDelivery.$inferSelect;
export type DeliveryState = OutgoingDelivery["state"];

/** Deliveries with the event that each tells, the newest first. */
export async function listDeliveries(
  db: Queryable,
  page: { limit: number; before: number | null; endpointId: number | null; state: DeliveryState | null },
) {
  return db
    .select({ delivery: outgoingDelivery, event: { type: event.type, paymentId: event.paymentId, atMs: event.atMs } })
    .from(outgoingDelivery)
    .innerJoin(event, eq(event.id, outgoingDelivery.eventId))
    .where(
      and(
        page.before === null ? undefined : lt(outgoingDelivery.id, page.before),
        page.endpointId === null ? undefined : eq(outgoingDelivery.endpointId, page.endpointId),
        page.state === null ? undefined : eq(outgoingDelivery.state, page.state),
      ),
    )
    .orderBy(desc(outgoingDelivery.id))
    .limit(page.limit);
}
