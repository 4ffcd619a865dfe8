import { eq, sql } from "drizzle-orm";
import type { AnyState, Leg } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { leg } from "./schema/index.ts";

/** A bug that repeats this often goes to a person: nothing is retried for ever (DESIGN 5). */
const FAILURES_BEFORE_REVIEW = 5;
const PAUSE_SECONDS = 5;

/** Frees a leg on which the program threw, for a later try, or for a person's review. @returns whether it went to review. */
export async function saveFailure(tx: Queryable, failed: Leg): Promise<boolean> {
  const [row] = await tx
    .update(leg)
    .set({
      failures: sql`${leg.failures} + 1`,
      dueAtMs: sql`now() + make_interval(secs => ${PAUSE_SECONDS})`,
      leaseHolder: null,
      leaseUntilMs: null,
    })
    .where(eq(leg.id, failed.id))
    .returning({ failures: leg.failures });
  if ((row?.failures ?? 0) < FAILURES_BEFORE_REVIEW) return false;
  await tx
    .update(leg)
    .set({
      state: "review",
      reviewFrom: failed.state as AnyState,
      version: sql`${leg.version} + 1`,
      dueAtMs: null,
      deadlineAtMs: null,
    })
    .where(eq(leg.id, failed.id));
  return true;
}
