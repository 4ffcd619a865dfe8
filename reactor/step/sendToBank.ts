import pLimit from "p-limit";
import { movementOf } from "../books/places.ts";
import type { BankOutcome, Order } from "../effects/order.ts";
import { bankPerformers } from "../effects/performers.ts";
import type { Ceilings } from "../payments/controls.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { toPesos } from "../payments/money.ts";
import type { BankSend } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import type { NewEvent, StoredEvent } from "../store/appendEvent.ts";
import type { Lease } from "../store/holdLease.ts";
import { OutgoingStopped } from "../store/OutgoingStopped.ts";
import type { Transaction } from "../store/port.ts";
import { PAID_OUT } from "../store/schema/books.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { ordersOf, spanOf } from "./orderOf.ts";
import { saveEach, saveThrown } from "./saveEach.ts";
import { saveReview } from "./saveReview.ts";

type Due = Readonly<{ leg: Leg; facts: Facts; action: BankSend }>;
type Intended = Due & Readonly<{ order: Order; attemptId: number; intendedAtMs: number }>;
type Answered = Intended & Readonly<{ outcome: BankOutcome }>;

/** An intent older than this is not sent: its lease may have passed to somebody else (DESIGN 5). */
const OLDEST_INTENT_MS = 30_000;
const WAIT_FOR_FUNDS_MS = 5_000;

/**
 * Orders to the bank: intents stored for the whole batch, then the calls, then the answers.
 * @param lease under which the batch was claimed. @returns how many left.
 */
export async function sendToBank(reactor: Reactor, lease: Lease, batch: readonly Due[]): Promise<number> {
  if (batch.length === 0) return 0;
  const ordered = await ordersOf(
    reactor,
    batch.map((one) => ({ ...one, nowMs: one.facts.nowMs })),
  );
  for (const one of ordered) await reactor.passing("before_intent", one.action, one.leg.id);
  // As they are in force now, and not at this reactor's start.
  const ceilings = await reactor.store.readCeilings();
  const intents = await saveEach(reactor, ordered, async (tx, one) => {
    // What was decided of a leg that is no longer ours to move was decided of another moment.
    if (!(await tx.holdLease(one.leg, lease))) return { events: [], result: null };
    const intent = await intend(tx, one, ceilings);
    return {
      events: intent.events,
      result: intent.attemptId === null ? null : { ...one, attemptId: intent.attemptId },
    };
  });
  const intendedAtMs = reactor.monotonicMs();
  const stored = intents.flatMap((one): Intended[] => (one === null ? [] : [{ ...one, intendedAtMs }]));
  for (const one of stored) await reactor.passing("after_intent", one.action, one.leg.id);
  const limit = pLimit(reactor.limits.bankCalls);
  const answered = await Promise.all(
    stored.map((one) =>
      limit(async (): Promise<Answered | null> => {
        try {
          const { leg, action, order } = one;
          const { paymentId, id: legId } = leg;
          const outcome = await inSpan(action, spanOf(leg, order), () => perform(reactor, lease, one));
          reactor.console.order({ paymentId, legId, effectId: order.key, action, outcome: outcome.outcome });
          await reactor.passing("after_reply", one.action, one.leg.id);
          return { ...one, outcome };
        } catch (error) {
          await saveThrown(reactor, one.leg, error);
          return null;
        }
      }),
    ),
  );
  await saveEach(
    reactor,
    answered.filter((one) => one !== null),
    async (tx, one) => ({ events: await saveAnswer(tx, one), result: null }),
  );
  for (const one of stored) await reactor.passing("after_commit", one.action, one.leg.id);
  return stored.length;
}

type Intent = Readonly<{ attemptId: number | null; events: readonly StoredEvent[] }>;

/** Stores the intent and reserves the money; or frees the leg, because the money is not there or the ceiling is reached. */
async function intend(tx: Transaction, due: Due & { order: Order }, ceilings: Ceilings): Promise<Intent> {
  const { leg, facts, action, order } = due;
  const movement = movementOf(action, leg);
  // A repeated order has its reservation, and its money may be out already: then the balance lacks it for that very order.
  const repeated = facts.attempts.some((attempt) => attempt.action === action);
  if (movement !== null && !repeated) {
    const available = await tx.availableCentavos();
    const reserved = await tx.reservedCentavos(movement.from, leg.id);
    // A balance is a guard and never evidence: the account is a pool (DESIGN 6, rule 3).
    if (available === null || available - reserved < leg.amountCentavos) {
      await tx.saveWait(leg, { untilMs: facts.nowMs + WAIT_FOR_FUNDS_MS, reason: "insufficient" }, facts.nowMs);
      return { attemptId: null, events: [] };
    }
    // Asked under the reservation's lock, so that two payouts cannot pass one ceiling together.
    const isBounded = PAID_OUT.includes(movement.to) && facts.ruling !== "over_ceiling";
    const over = isBounded ? await ceilingReached(tx, leg, ceilings) : null;
    if (over !== null) return { attemptId: null, events: await saveReview(tx, leg, over) };
  }
  const opened = await tx.openAttempt(leg, action, order.key, "numbered", facts.nowMs);
  if (movement !== null) await tx.reserve(leg, opened.id, movement);
  return { attemptId: opened.id, events: [] };
}

/** Which ceiling this payout would pass, in a Spanish sentence; null for none. */
async function ceilingReached(tx: Transaction, leg: Leg, ceilings: Ceilings): Promise<string | null> {
  const { payoutCentavos, hourCentavos, dayCentavos } = ceilings;
  const { hour, day } = await tx.outflowCentavos(leg.id);
  if (leg.amountCentavos > payoutCentavos) return `pasa el tope por pago de ${toPesos(payoutCentavos)}`;
  if (hour + leg.amountCentavos > hourCentavos) return `pasa el tope por hora de ${toPesos(hourCentavos)}`;
  if (day + leg.amountCentavos > dayCentavos) return `pasa el tope por día de ${toPesos(dayCentavos)}`;
  return null;
}

async function perform(reactor: Reactor, lease: Lease, one: Intended): Promise<BankOutcome> {
  if (await reactor.store.isKilled(reactor.facts)) return notSent("killed");
  const { juno } = reactor.world;
  // Asked again where a call gets its place: until then it may have waited for others, or this process stood still.
  const takePlace: typeof juno.takePlace = async (lane) => {
    await juno.takePlace(lane);
    await reactor.identity.assertAlive(lease.holder);
    if (reactor.stopping.aborted) throw new NotSent("stopping");
    const isOld = reactor.monotonicMs() - one.intendedAtMs > OLDEST_INTENT_MS;
    // This process's clock stands still while its machine is suspended; the lease ends by the database's.
    if (isOld || !(await reactor.store.holdLease(one.leg, lease))) throw new NotSent("stale_intent");
  };
  const world = { ...reactor.world, juno: { ...juno, takePlace } };
  const answer = bankPerformers[one.action](world, one.order).catch((error: unknown) => {
    if (error instanceof OutgoingStopped) return notSent("killed");
    if (error instanceof NotSent) return notSent(error.reason);
    throw error;
  });
  await reactor.passing("before_reply", one.action, one.leg.id);
  return answer;
}

/** Thrown in place of a call: its intent has become too old, or this reactor is ending. It proves that nothing was sent. */
class NotSent extends Error {
  override readonly name = "NotSent";

  constructor(readonly reason: "stale_intent" | "stopping") {
    super(`The call did not leave: ${reason}.`);
  }
}

const notSent = (reason: "killed" | NotSent["reason"]): BankOutcome => ({
  outcome: "refused",
  when: "not_now",
  reason,
  message: `not sent: ${reason}`,
  evidence: { sent: false },
});

async function saveAnswer(tx: Transaction, one: Answered): Promise<readonly StoredEvent[]> {
  const { leg, facts, action, outcome } = one;
  const done = outcome.outcome === "done" ? outcome.outsideId : null;
  const refused = outcome.outcome === "refused" ? outcome : null;
  if (done !== null && movementOf(action, leg) !== null) {
    await tx.insertClaims(leg.id, [{ source: "bank_transaction", outsideId: done }]);
  }
  await tx.closeAttempt(one.attemptId, {
    outcome: outcome.outcome,
    outsideId: done,
    when: refused?.when ?? null,
    reason: outcome.outcome === "done" ? null : outcome.reason,
    evidence: outcome.evidence,
  });
  await tx.saveWait(leg, { untilMs: facts.nowMs, reason: null }, facts.nowMs);
  if (outcome.outcome === "done") return [];
  const event: NewEvent = {
    paymentId: leg.paymentId,
    legId: leg.id,
    type: outcome.outcome === "refused" ? "intento_rechazado" : "intento_desconocido",
    data: { action, message: outcome.message },
    actor: "kustodia",
  };
  return tx.appendEvents([event]);
}
