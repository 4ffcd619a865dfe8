import { and, eq, inArray, sql } from "drizzle-orm";
import pRetry from "p-retry";
import type { AnyState, LegKind } from "../payments/leg.ts";
import { codeOf } from "./codeOf.ts";
import type { Database } from "./database.ts";
import { leg } from "./schema/index.ts";

const DEADLOCK = "40P01";

/**
 * Makes every leg of a kind in some states due now: the sweep of a process, under which events and webhooks may have
 * failed. @returns how many there are.
 */
export async function wakeStates(db: Database, kind: LegKind, states: readonly AnyState[]): Promise<number> {
  // It takes its legs as they lie, a batch takes them as they were due: where the two meet, Postgres ends this one.
  const woken = await pRetry(
    () =>
      db
        .update(leg)
        .set({ dueAtMs: sql`now()`, wokenAtMs: sql`clock_timestamp()` })
        .where(and(eq(leg.kind, kind), inArray(leg.state, [...states])))
        .returning({ id: leg.id }),
    { retries: 5, minTimeout: 50, shouldRetry: ({ error }) => codeOf(error) === DEADLOCK },
  );
  return woken.length;
}
