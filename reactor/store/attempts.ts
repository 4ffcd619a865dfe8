import { and, eq, inArray, notInArray, sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { SendAction } from "../payments/table.ts";
import type { Queryable } from "./database.ts";
import { attempt } from "./schema/index.ts";

export type OpenAttempt = Readonly<{ id: number; number: number; legId: number }>;

/** Why an attempt is unknown whose answer nobody stored: the process that waited for it is gone. */
export const ANSWER_LOST = { reason: "answer_lost", evidence: { stored: "the intent alone" } } as const;

/**
 * Stores the intent and the key of an order before it leaves. An earlier attempt at the same order that is still pending
 * had nobody left to store its answer: it is unknown from now on.
 * @param repeat whether the same key may have been sent before: each sending to the bank has its number. A call to the
 *   chain is stored once, since repeating it is repeating its bytes.
 * @throws Error when a call to the chain is already stored: two nonces for one call would be two calls.
 */
export async function openAttempt(
  tx: Queryable,
  leg: Leg,
  action: SendAction,
  key: string,
  repeat: "numbered" | "once",
  nowMs: number,
): Promise<OpenAttempt> {
  const silent = tx.$with("silent").as(
    tx
      .update(attempt)
      .set({ ...ANSWER_LOST, outcome: "unknown", closedAtMs: sql`clock_timestamp()` })
      .where(
        and(
          eq(attempt.legId, leg.id),
          eq(attempt.action, action),
          eq(attempt.generation, leg.generation),
          eq(attempt.outcome, "pending"),
        ),
      )
      .returning({ id: attempt.id }),
  );
  const [opened] = await tx
    .with(silent)
    .insert(attempt)
    .values({
      legId: leg.id,
      action,
      generation: leg.generation,
      number:
        repeat === "once"
          ? 1
          : sql`(select coalesce(max(number), 0) + 1 from kustodia.attempt
        where leg_id = ${leg.id} and action = ${action} and generation = ${leg.generation})`,
      key,
      amountCentavos: leg.amountCentavos,
      sentAtMs: nowMs,
    })
    .returning({ id: attempt.id, number: attempt.number, legId: attempt.legId });
  if (opened === undefined) throw new Error(`The intent to ${action} for leg ${leg.id} was not stored.`);
  return opened;
}

export type AttemptResult = Readonly<{
  outcome: "done" | "refused" | "unknown";
  outsideId: string | null;
  when: "never" | "not_now" | null;
  reason: string | null;
  evidence: unknown;
}>;

/** Closes an attempt with its answer. An attempt that is already done stays as it is. */
export async function closeAttempt(tx: Queryable, id: number, result: AttemptResult): Promise<void> {
  await tx
    .update(attempt)
    .set({ ...result, closedAtMs: sql`clock_timestamp()` })
    .where(and(eq(attempt.id, id), sql`${attempt.outcome} <> 'done'`));
}

/** A call whose bytes were handed to a node, as the lane names it. */
type SentCall = Readonly<{ legId: number | null; action: string; generation: number }>;

/**
 * The node's silence about a call: its attempt is unknown from now on, with the class and the words, until its logs come or
 * a definite no. The allowance is no leg's and has no attempt.
 */
export async function noteSilence(
  tx: Queryable,
  { legId, action, generation }: SentCall,
  silence: Readonly<{ reason: string; evidence: unknown }>,
): Promise<void> {
  if (legId === null) return;
  await tx
    .update(attempt)
    .set({ ...silence, outcome: "unknown", closedAtMs: sql`clock_timestamp()` })
    .where(
      and(
        eq(attempt.legId, legId),
        sql`${attempt.action} = ${action}`,
        eq(attempt.generation, generation),
        inArray(attempt.outcome, ["pending", "unknown"]),
      ),
    );
}

/**
 * Closes a leg's stored calls to the chain: their logs came, or a definite no. The evidence is the call's own transactions
 * as they stand, beside what a node last said of one.
 */
export async function closeCalls(tx: Queryable, legId: number, outcome: "done" | "refused"): Promise<void> {
  await tx
    .update(attempt)
    .set({
      outcome,
      when: outcome === "refused" ? "never" : null,
      reason: null,
      evidence: sql`jsonb_strip_nulls(jsonb_build_object('node', ${attempt.evidence}, 'transactions', ${TRANSACTIONS}))`,
      closedAtMs: sql`clock_timestamp()`,
    })
    .where(
      and(
        eq(attempt.legId, legId),
        inArray(attempt.outcome, ["pending", "unknown"]),
        notInArray(attempt.action, ["withdraw", "redeem", "registerAccount"]),
      ),
    );
}

/** Every price at which the attempt's call was signed. */
const TRANSACTIONS = sql`(
  select jsonb_agg(jsonb_build_object('hash', sent.hash, 'state', sent.state, 'block', sent.included_in_block::text) order by sent.id)
  from kustodia.chain_transaction sent
  where sent.leg_id = ${attempt.legId} and sent.action = ${attempt.action} and sent.generation = ${attempt.generation})`;

/** Two persons hold that an order never happened and never can: nobody looks for it any more, and it is no one's rival. */
export async function closeAsNever(tx: Queryable, legId: number, generation: number): Promise<void> {
  await tx
    .update(attempt)
    .set({ outcome: "refused", when: "never", reason: "ruled_absent", closedAtMs: sql`clock_timestamp()` })
    .where(
      and(
        eq(attempt.legId, legId),
        eq(attempt.generation, generation),
        inArray(attempt.outcome, ["pending", "unknown"]),
      ),
    );
}

/** An order of unknown outcome was found at the bank: it was accepted after all, under this id, which is the evidence. */
export async function adoptAttempt(tx: Queryable, id: number, outsideId: string): Promise<void> {
  await tx
    .update(attempt)
    .set({
      outcome: "done",
      outsideId,
      evidence: sql`jsonb_strip_nulls(jsonb_build_object('answer', ${attempt.evidence}, 'found_at_the_bank', ${outsideId}::text))`,
      closedAtMs: sql`clock_timestamp()`,
    })
    .where(and(eq(attempt.id, id), inArray(attempt.outcome, ["pending", "unknown", "refused"])));
}
