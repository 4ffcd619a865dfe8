import { and, eq, inArray, sql } from "drizzle-orm";
import type { AnyState, LegKind } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { leg } from "./schema/index.ts";

/**
 * Makes every leg of a kind in some states due now: the sweep of a process, under which events and webhooks may have
 * failed. @returns how many there are.
 */
export async function wakeStates(db: Queryable, kind: LegKind, states: readonly AnyState[]): Promise<number> {
  const woken = await db
    .update(leg)
    .set({ dueAtMs: sql`now()`, wokenAtMs: sql`clock_timestamp()` })
    .where(and(eq(leg.kind, kind), inArray(leg.state, [...states])))
    .returning({ id: leg.id });
  return woken.length;
}
