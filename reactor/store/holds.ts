import { and, eq, ne, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { leg, payment } from "./schema/index.ts";

/** Holds a payment or lets it go on, and wakes its legs. @returns false when it was so already, or there is none. */
export async function setHeld(tx: Queryable, paymentId: number, held: boolean): Promise<boolean> {
  const changed = await tx
    .update(payment)
    .set({ held, updatedAtMs: sql`now()` })
    .where(and(eq(payment.id, paymentId), ne(payment.held, held)))
    .returning({ id: payment.id });
  if (changed.length === 0) return false;
  await tx
    .update(leg)
    .set({ dueAtMs: sql`now()`, wokenAtMs: sql`clock_timestamp()` })
    .where(and(eq(leg.paymentId, paymentId), ne(leg.state, "review"), sql`${leg.dueAtMs} is not null`));
  return true;
}
