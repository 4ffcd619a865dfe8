import { and, eq, sql } from "drizzle-orm";
import type { AnyState, Leg } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { saveStatuses } from "./saveLeg.ts";
import { leg } from "./schema/index.ts";

/** A bug that repeats this often goes to a person: nothing is retried for ever (DESIGN 5). */
const FAILURES_BEFORE_REVIEW = 5;
const PAUSE_SECONDS = 5;

/**
 * Frees a leg on which the program threw, for a later try, or for a person's review. A leg that somebody has moved since
 * is theirs: nothing is written. @returns whether it went to review.
 */
export async function saveFailure(tx: Queryable, failed: Leg): Promise<boolean> {
  const asItWas = and(eq(leg.id, failed.id), eq(leg.version, failed.version));
  const [row] = await tx
    .update(leg)
    .set({
      failures: sql`${leg.failures} + 1`,
      dueAtMs: sql`now() + make_interval(secs => ${PAUSE_SECONDS})`,
      leaseHolder: null,
      leaseUntilMs: null,
    })
    .where(asItWas)
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
    .where(asItWas);
  await saveStatuses(tx, [failed.paymentId]);
  return true;
}
