import pLimit from "p-limit";
import { movements } from "../books/places.ts";
import type { BankOutcome, Order } from "../effects/order.ts";
import { bankPerformers } from "../effects/performers.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { BankSend } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import { appendEvents, type NewEvent, type StoredEvent } from "../store/appendEvent.ts";
import { closeAttempt, openAttempt } from "../store/attempts.ts";
import { insertClaims } from "../store/claims.ts";
import type { Queryable } from "../store/database.ts";
import { isKilled } from "../store/killSwitch.ts";
import { availableCentavos } from "../store/saveBankReading.ts";
import { saveWait } from "../store/saveLeg.ts";
import { reserve, reservedCentavos } from "../store/transfers.ts";
import { ordersOf } from "./orderOf.ts";
import { saveEach, saveThrown } from "./saveEach.ts";

type Due = Readonly<{ leg: Leg; facts: Facts; action: BankSend }>;
type Intended = Due & Readonly<{ order: Order; attemptId: number; intendedAtMs: number }>;
type Answered = Intended & Readonly<{ outcome: BankOutcome }>;

/** An intent older than this is not sent: its lease may have passed to somebody else (DESIGN 5). */
const OLDEST_INTENT_MS = 30_000;
const WAIT_FOR_FUNDS_MS = 5_000;

/** Orders to the bank: intents stored for the whole batch, then the calls, then the answers. @returns how many left. */
export async function sendToBank(reactor: Reactor, batch: readonly Due[]): Promise<number> {
  if (batch.length === 0) return 0;
  const ordered = await ordersOf(
    reactor,
    batch.map((one) => ({ ...one, nowMs: one.facts.nowMs })),
  );
  const intents = await saveEach(reactor, ordered, async (tx, one) => {
    const attemptId = await intend(tx, one);
    return { events: [], result: attemptId === null ? null : { ...one, attemptId } };
  });
  const intendedAtMs = reactor.monotonicMs();
  const stored = intents.flatMap((one): Intended[] => (one === null ? [] : [{ ...one, intendedAtMs }]));
  const limit = pLimit(reactor.limits.bankCalls);
  const answered = await Promise.all(
    stored.map((one) =>
      limit(async (): Promise<Answered | null> => {
        try {
          return { ...one, outcome: await perform(reactor, one) };
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
  return stored.length;
}

/** Stores the intent and reserves the money, or frees the leg because the money is not there. */
async function intend(tx: Queryable, { leg, facts, action, order }: Due & { order: Order }): Promise<number | null> {
  const movement = movements[action];
  if (movement !== null) {
    const available = await availableCentavos(tx);
    const reserved = await reservedCentavos(tx, movement.from, leg.id);
    // A balance is a guard and never evidence: the account is a pool (DESIGN 6, rule 3).
    if (available === null || available - reserved < leg.amountCentavos) {
      await saveWait(tx, leg, { untilMs: facts.nowMs + WAIT_FOR_FUNDS_MS, reason: "insufficient" }, facts.nowMs);
      return null;
    }
  }
  const opened = await openAttempt(tx, leg, action, order.key, "numbered", facts.nowMs);
  if (movement !== null) await reserve(tx, leg, opened.id, movement);
  return opened.id;
}

async function perform(reactor: Reactor, one: Intended): Promise<BankOutcome> {
  await reactor.identity.assertAlive();
  const ageMs = reactor.monotonicMs() - one.intendedAtMs;
  const why = (await isKilled(reactor.db)) ? "killed" : ageMs > OLDEST_INTENT_MS ? "stale_intent" : null;
  if (why !== null) {
    return { outcome: "refused", when: "not_now", reason: why, message: `not sent: ${why}`, evidence: { sent: false } };
  }
  return bankPerformers[one.action](reactor.world, one.order);
}

async function saveAnswer(tx: Queryable, one: Answered): Promise<readonly StoredEvent[]> {
  const { leg, facts, action, outcome } = one;
  const done = outcome.outcome === "done" ? outcome.outsideId : null;
  const refused = outcome.outcome === "refused" ? outcome : null;
  if (done !== null && movements[action] !== null) {
    await insertClaims(tx, leg.id, [{ source: "bank_transaction", outsideId: done }]);
  }
  await closeAttempt(tx, one.attemptId, {
    outcome: outcome.outcome,
    outsideId: done,
    when: refused?.when ?? null,
    reason: refused?.reason ?? null,
    evidence: outcome.evidence,
  });
  await saveWait(tx, leg, { untilMs: facts.nowMs, reason: null }, facts.nowMs);
  if (outcome.outcome === "done") return [];
  const event: NewEvent = {
    paymentId: leg.paymentId,
    legId: leg.id,
    type: outcome.outcome === "refused" ? "intento_rechazado" : "intento_desconocido",
    data: { action, message: outcome.message },
    actor: "kustodia",
  };
  return appendEvents(tx, [event]);
}
