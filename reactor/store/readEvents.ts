import { and, asc, eq, gt } from "drizzle-orm";
import type { StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { EVENT_COLUMNS, event } from "./schema/index.ts";

/** A payment's history, oldest first, from after one event on. */
export async function readEvents(
  db: Queryable,
  { paymentId, after, limit }: { paymentId: number; after: number; limit: number },
): Promise<readonly StoredEvent[]> {
  return db
    .select(EVENT_COLUMNS)
    .from(event)
    .where(and(eq(event.paymentId, paymentId), gt(event.id, after)))
    .orderBy(asc(event.id))
    .limit(limit);
}
