import type { AnyEventType } from "../payments/words.ts";
import { describe } from "../payments/words.ts";
import type { Queryable } from "./database.ts";
import { event } from "./schema/index.ts";

export type NewEvent = Readonly<{
  paymentId: number | null;
  legId: number | null;
  type: AnyEventType;
  /** No names and no whole CLABEs: events are for ever. */
  data: Readonly<Record<string, string>>;
  actor: string;
}>;

export type StoredEvent = typeof event.$inferSelect;

/** Appends events in the people's words. @returns them as stored, in order, for the console. */
export async function appendEvents(tx: Queryable, events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
  if (events.length === 0) return [];
  return tx
    .insert(event)
    .values(events.map((one) => ({ ...one, ...describe(one.type, one.data) })))
    .returning();
}
