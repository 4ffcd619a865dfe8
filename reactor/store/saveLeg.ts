import { and, eq, sql } from "drizzle-orm";
import { isOver, type Leg, refuseMisfit } from "../payments/leg.ts";
import { statusOf } from "../payments/status.ts";
import { allEnded } from "./allEnded.ts";
import { anyOf } from "./anyOf.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { heldInOrder, WAKE_HELD } from "./heldInOrder.ts";
import type { Lease } from "./holdLease.ts";
import { WAITS_FOR_END_OF } from "./legRow.ts";
import { leg } from "./schema/index.ts";

/** Under which a moved leg orders something in this very turn. `taken`: it was claimed by nobody, and takes this lease where it is free. */
export type Kept = Lease & Readonly<{ taken?: true }>;

type Wait = Readonly<{ untilMs: number | null; reason: Leg["reason"] }>;

/**
 * Saves legs after a move each, by compare-and-set on their versions, and frees their leases, but for one
 * that is kept, under which the leg orders something in this very turn. Each is due at once, unless it is
 * over or a person's; where it is over the siblings that wait for its money are woken; the payment's public status follows.
 * @returns for each, false when somebody was first: then nothing was written of it and there is nothing to do.
 * @throws Error when a leg does not fit its state.
 */
export async function saveLegs(
  tx: Queryable,
  calls: readonly (readonly [next: Leg, kept?: Kept | null])[],
): Promise<readonly boolean[]> {
  const legs = calls.map(([next]) => next);
  for (const next of legs) refuseMisfit(next);
  const rows = calls.map(([next, kept]) => ({
    ...{ id: next.id, state: next.state, review_from: next.reviewFrom, version: next.version },
    ...{ generation: next.generation, payee: next.payee, carried: next.carried },
    ...{ entered_at: momentOf(next.enteredAtMs), deadline_at: momentOf(next.deadlineAtMs) },
    rests: next.state === "review" || isOver(next),
    ...{ kept_by: kept?.holder ?? null, kept_until: momentOf(kept?.untilMs ?? null) },
    takes: kept?.taken === true,
  }));
  const isKept = sql.raw(
    `(leg.lease_holder = next.kept_by and date_trunc('milliseconds', leg.lease_until) = next.kept_until
      or next.takes and leg.lease_holder is null)`,
  );
  // Their siblings too, of which some are woken.
  const paymentIds = legs.map(({ paymentId }) => paymentId);
  const { rows: held } = await tx.execute<Standing & { id: number; isSaved: boolean }>(sql`
    with ${heldInOrder(anyOf(leg.paymentId, paymentIds))}, saved as (
    update kustodia.leg set state = next.state, review_from = next.review_from, version = next.version,
      generation = next.generation, payee = next.payee, carried = next.carried, entered_at = next.entered_at,
      deadline_at = next.deadline_at, reason = null, due_at = case when next.rests then null else now() end,
      lease_holder = case when ${isKept} then next.kept_by end,
      lease_until = case when ${isKept} then coalesce(leg.lease_until, next.kept_until) end, failures = 0
    from held join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) next(id int, state text, review_from text, version int,
      generation int, payee text, carried jsonb, entered_at timestamptz, deadline_at timestamptz, rests boolean,
      kept_by int, kept_until timestamptz, takes boolean) using (id)
    where leg.id = held.id and leg.version = next.version - 1
    returning leg.id)
    select held.id, held.payment_id as "paymentId", held.kind, held.state, held.payee, saved.id is not null as "isSaved"
    from held left join saved using (id)`);
  const ids = new Set(held.flatMap(({ id, isSaved }) => (isSaved ? [id] : [])));
  const moved = legs.filter(({ id }) => ids.has(id));
  if (moved.length > 0) await tellOthers(tx, moved, held);
  return legs.map(({ id }) => ids.has(id));
}

export const saveLeg = alone(saveLegs);

/** A waiting leg waits for the end of that sibling from which its money comes, and for nothing on the way there. */
async function tellOthers(
  tx: Queryable,
  moved: readonly Leg[],
  siblings: readonly (Standing & Readonly<{ id: number }>)[],
): Promise<void> {
  const next = new Map(moved.map((one) => [one.id, one]));
  const movedPayments = new Set(moved.map(({ paymentId }) => paymentId));
  const standing = siblings.flatMap((one) => (movedPayments.has(one.paymentId) ? [next.get(one.id) ?? one] : []));
  await allEnded([wakeWaiting(tx, moved.filter(isOver)), writeStatuses(tx, standing)]);
}

async function wakeWaiting(tx: Queryable, ended: readonly Leg[]): Promise<void> {
  if (ended.length === 0) return;
  const [kinds, paymentIds] = [ended.map(({ kind }) => kind), ended.map(({ paymentId }) => paymentId)];
  await tx.execute(sql`
    update kustodia.leg set due_at = now(), woken_at = clock_timestamp()
    from unnest(${sql.param(kinds)}::text[], ${sql.param(paymentIds)}::int[]) ended(kind, payment_id)
    where leg.payment_id = ended.payment_id and leg.state = 'waiting' and ${WAITS_FOR_END_OF} = ended.kind`);
}

type Standing = Pick<Leg, "paymentId" | "kind" | "state" | "payee">;

/**
 * Writes what payments' legs say of them where lists and filters look. Most moves change nothing of it; and a payment's row has a
 * search's words, which each version of it costs anew.
 */
export async function saveStatuses(tx: Queryable, paymentIds: readonly number[]): Promise<void> {
  const { rows } = await tx.execute<Standing>(sql`
    select payment_id as "paymentId", kind, state, payee from kustodia.leg where ${anyOf(leg.paymentId, paymentIds)}`);
  await writeStatuses(tx, rows);
}

/** @param legs all that these payments have. */
async function writeStatuses(tx: Queryable, legs: readonly Standing[]): Promise<void> {
  const paymentIds = [...new Set(legs.map(({ paymentId }) => paymentId))];
  const legsOf = new Map<number, Standing[]>(paymentIds.map((id) => [id, []]));
  for (const one of legs) legsOf.get(one.paymentId)?.push(one);
  const statuses = [...legsOf.values()].map(statusOf);
  await tx.execute(sql`
    with held as materialized (
      select id, said.status from kustodia.payment
        join unnest(${sql.param([...legsOf.keys()])}::int[], ${sql.param(statuses)}::text[]) said(id, status) using (id)
      where payment.status <> said.status order by id for no key update of payment)
    update kustodia.payment set status = held.status, updated_at = now() from held where payment.id = held.id`);
}

/**
 * Frees legs that wait, each until `untilMs` (null: until it is woken). A wake-up that came after the claim is not lost.
 * `nowMs` is the clock of the claim.
 */
export async function saveWaits(
  tx: Queryable,
  calls: readonly (readonly [waiting: Leg, wait: Wait, nowMs: number])[],
): Promise<readonly undefined[]> {
  const rows = calls.map(([{ id, version, deadlineAtMs }, { untilMs, reason }, nowMs]) => {
    // A deadline that has passed must not make a leg spin that may wait beyond it (a deposit's last look).
    const deadlineMs = deadlineAtMs !== null && deadlineAtMs > nowMs ? deadlineAtMs : null;
    const due_at = momentOf(earliest(untilMs, deadlineMs));
    return { id, version, reason, due_at, claimed_at: momentOf(nowMs) };
  });
  const legIds = rows.map(({ id }) => id);
  await tx.execute(sql`
    with ${heldInOrder(anyOf(leg.id, legIds))}
    update kustodia.leg set reason = wait.reason, lease_holder = null, lease_until = null,
      due_at = case when leg.woken_at >= wait.claimed_at then now() else wait.due_at end
    from held join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      wait(id int, version int, reason text, due_at timestamptz, claimed_at timestamptz) using (id)
    where leg.id = held.id and leg.version = wait.version`);
  return [];
}

export const saveWait = alone(saveWaits);

const momentOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

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
  await tx.execute(sql`
    with ${heldInOrder(anyOf(leg.id, legIds))}
    ${WAKE_HELD} and leg.state <> 'review'`);
}
