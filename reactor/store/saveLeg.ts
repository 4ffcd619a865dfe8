import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { isOver, type Leg, refuseMisfit } from "../payments/leg.ts";
import { statusOf } from "../payments/status.ts";
import type { Queryable } from "./database.ts";
import { leg, payment } from "./schema/index.ts";

/**
 * Saves a leg after a move, by compare-and-set on its version, and frees its lease. It is due at once, unless it is over
 * or a person's; its waiting siblings are woken, and the payment's public status follows.
 * @returns false when somebody was first: then nothing was written and there is nothing to do.
 * @throws Error when the leg does not fit its state.
 */
export async function saveLeg(tx: Queryable, next: Leg): Promise<boolean> {
  refuseMisfit(next);
  const rests = next.state === "review" || isOver(next);
  const saved = await tx
    .update(leg)
    .set({
      state: next.state,
      reviewFrom: next.reviewFrom,
      version: next.version,
      generation: next.generation,
      payee: next.payee,
      carried: next.carried,
      enteredAtMs: next.enteredAtMs,
      deadlineAtMs: next.deadlineAtMs,
      reason: null,
      dueAtMs: rests ? null : sql`now()`,
      leaseHolder: null,
      leaseUntilMs: null,
      failures: 0,
    })
    .where(and(eq(leg.id, next.id), eq(leg.version, next.version - 1)))
    .returning({ id: leg.id });
  if (saved.length === 0) return false;
  await tx
    .update(leg)
    .set({ dueAtMs: sql`now()`, wokenAtMs: sql`clock_timestamp()` })
    .where(and(eq(leg.paymentId, next.paymentId), eq(leg.state, "waiting"), ne(leg.id, next.id)));
  await saveStatus(tx, next.paymentId);
  return true;
}

/** Writes what a payment's legs say of it where lists and filters look. */
export async function saveStatus(tx: Queryable, paymentId: number): Promise<void> {
  const legs = await tx
    .select({ kind: leg.kind, state: leg.state, payee: leg.payee })
    .from(leg)
    .where(eq(leg.paymentId, paymentId));
  await tx
    .update(payment)
    .set({ status: statusOf(legs), updatedAtMs: sql`now()` })
    .where(eq(payment.id, paymentId));
}

/**
 * Frees a leg that waits, until `untilMs` (null: until it is woken). A wake-up that came after the claim is not lost.
 * @param nowMs the clock of the claim.
 */
export async function saveWait(
  tx: Queryable,
  waiting: Leg,
  wait: { untilMs: number | null; reason: Leg["reason"] },
  nowMs: number,
): Promise<void> {
  // A deadline that has passed must not make a leg spin that may wait beyond it (a deposit's last look).
  const deadlineMs = waiting.deadlineAtMs !== null && waiting.deadlineAtMs > nowMs ? waiting.deadlineAtMs : null;
  const until = earliest(wait.untilMs, deadlineMs);
  const due = until === null ? sql`null` : sql`${new Date(until).toISOString()}::timestamptz`;
  await tx
    .update(leg)
    .set({
      reason: wait.reason,
      dueAtMs: sql`case when ${leg.wokenAtMs} >= ${new Date(nowMs).toISOString()}::timestamptz then now() else ${due} end`,
      leaseHolder: null,
      leaseUntilMs: null,
    })
    .where(and(eq(leg.id, waiting.id), eq(leg.version, waiting.version)));
}

/** The earlier of two moments, where null is never. */
function earliest(untilMs: number | null, deadlineMs: number | null): number | null {
  if (untilMs === null || deadlineMs === null) return untilMs ?? deadlineMs;
  return Math.min(untilMs, deadlineMs);
}

/** Holds a leg of this version until the transaction ends. @returns false when it has moved on. */
export async function lockLeg(tx: Queryable, id: number, version: number): Promise<boolean> {
  const rows = await tx
    .select({ id: leg.id })
    .from(leg)
    .where(and(eq(leg.id, id), eq(leg.version, version)))
    .for("update");
  return rows.length > 0;
}

/** Makes legs due now. Those in review stay a person's. */
export async function wakeLegs(tx: Queryable, legIds: readonly number[]): Promise<void> {
  if (legIds.length === 0) return;
  await tx
    .update(leg)
    .set({ dueAtMs: sql`now()`, wokenAtMs: sql`clock_timestamp()` })
    .where(and(inArray(leg.id, [...legIds]), ne(leg.state, "review")));
}
