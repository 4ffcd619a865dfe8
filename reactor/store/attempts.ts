import { and, eq, inArray, sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { SendAction } from "../payments/table.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { attempt } from "./schema/index.ts";

export type OpenAttempt = Readonly<{ id: number; number: number; legId: number }>;

/** Why an attempt is unknown whose answer nobody stored: the process that waited for it is gone. */
export const ANSWER_LOST = { reason: "answer_lost", evidence: { stored: "the intent alone" } } as const;

type Opening = readonly [
  leg: Leg,
  action: SendAction,
  key: string,
  /**
   * Whether the same key may have been sent before: each sending to the bank has its number. A call to the chain is stored
   * once, since repeating it is repeating its bytes.
   */
  repeat: "numbered" | "once",
  nowMs: number,
];

/**
 * Stores the intents and the keys of orders before they leave. An earlier attempt at the same order that is still pending
 * had nobody left to store its answer: it is unknown from now on.
 * @throws Error when a call to the chain is already stored: two nonces for one call would be two calls.
 */
export async function openAttempts(tx: Queryable, calls: readonly Opening[]): Promise<readonly OpenAttempt[]> {
  const rows = calls.map(([{ id, generation, amountCentavos }, action, key, repeat, nowMs]) => ({
    ...{ leg_id: id, action, generation, key, is_numbered: repeat === "numbered", amount: String(amountCentavos) },
    sent_at: new Date(nowMs).toISOString(),
  }));
  const { rows: opened } = await tx.execute<{ id: number; number: number; legId: number }>(sql`
    with intent as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) given(leg_id int, action text,
      generation int, key uuid, is_numbered boolean, amount bigint, sent_at timestamptz)),
    silent as (update kustodia.attempt silent set outcome = 'unknown', reason = ${ANSWER_LOST.reason},
        evidence = ${JSON.stringify(ANSWER_LOST.evidence)}::jsonb, closed_at = clock_timestamp()
      from intent where silent.leg_id = intent.leg_id and silent.action = intent.action
        and silent.generation = intent.generation and silent.outcome = 'pending')
    insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, sent_at)
    select leg_id, action, generation, case when is_numbered then (select coalesce(max(number), 0) + 1 from kustodia.attempt sent
        where sent.leg_id = intent.leg_id and sent.action = intent.action and sent.generation = intent.generation) else 1 end,
      key, amount, sent_at
    from intent
    returning id, number, leg_id as "legId"`);
  const ofLegs = new Map(opened.map((one) => [one.legId, one]));
  return calls.map(([{ id }, action]) => {
    const stored = ofLegs.get(id);
    if (stored === undefined) throw new Error(`The intent to ${action} for leg ${id} was not stored.`);
    return stored;
  });
}

export const openAttempt = alone(openAttempts);

export type AttemptResult = Readonly<{
  outcome: "done" | "refused" | "unknown";
  outsideId: string | null;
  when: "never" | "not_now" | null;
  reason: string | null;
  evidence: unknown;
}>;

/** Closes attempts with their answers. An attempt that is already done stays as it is. */
export async function closeAttempts(
  tx: Queryable,
  calls: readonly (readonly [id: number, result: AttemptResult])[],
): Promise<readonly undefined[]> {
  const rows = calls.map(([id, { outcome, outsideId, when, reason, evidence }]) => ({
    ...{ id, outcome, outside_id: outsideId, refused_when: when, reason, evidence },
  }));
  await tx.execute(sql`
    update kustodia.attempt set outcome = answer.outcome, outside_id = answer.outside_id, refused_when = answer.refused_when,
      reason = answer.reason, evidence = answer.evidence, closed_at = clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      answer(id int, outcome text, outside_id text, refused_when text, reason text, evidence jsonb)
    where attempt.id = answer.id and attempt.outcome <> 'done'`);
  return [];
}

export const closeAttempt = alone(closeAttempts);

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
 * Closes legs' stored calls to the chain: their logs came, or a definite no. The evidence is the call's own transactions
 * as they stand, beside what a node last said of one.
 */
export async function closeCallsOf(
  tx: Queryable,
  calls: readonly (readonly [legId: number, outcome: "done" | "refused"])[],
): Promise<readonly undefined[]> {
  await tx.execute(sql`
    update kustodia.attempt set outcome = closed.outcome, reason = null, closed_at = clock_timestamp(),
      refused_when = case closed.outcome when 'refused' then 'never' end,
      evidence = jsonb_strip_nulls(jsonb_build_object('node', attempt.evidence, 'transactions', (
        select jsonb_agg(jsonb_build_object('hash', sent.hash, 'state', sent.state, 'block', sent.included_in_block::text) order by sent.id)
        from kustodia.chain_transaction sent where sent.leg_id = attempt.leg_id and sent.action = attempt.action
          and sent.generation = attempt.generation)))
    from jsonb_to_recordset(${JSON.stringify(calls.map(([leg_id, outcome]) => ({ leg_id, outcome })))}::jsonb)
      closed(leg_id int, outcome text)
    where attempt.leg_id = closed.leg_id and attempt.outcome in ('pending', 'unknown')
      and attempt.action not in ('withdraw', 'redeem', 'registerAccount')`);
  return [];
}

export const closeCalls = alone(closeCallsOf);

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
