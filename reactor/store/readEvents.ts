import { and, asc, desc, eq, gt, inArray } from "drizzle-orm";
import type { AnyEventType } from "../payments/words.ts";
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

/** The number of a payment's newest event of these types, 0 where there is none. */
export async function newestOfTypes(db: Queryable, paymentId: number, types: readonly AnyEventType[]): Promise<number> {
  const [newest] = await db
    .select({ id: event.id })
    .from(event)
    .where(and(eq(event.paymentId, paymentId), inArray(event.type, [...types])))
    .orderBy(desc(event.id))
    .limit(1);
  return newest?.id ?? 0;
}
