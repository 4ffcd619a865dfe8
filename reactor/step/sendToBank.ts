import pLimit from "p-limit";
import { movementOf } from "../books/places.ts";
import type { BankOutcome, Order } from "../effects/order.ts";
import { bankPerformers } from "../effects/performers.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { BankSend } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import { shareAnswer } from "../shareAnswer.ts";
import { allEnded } from "../store/allEnded.ts";
import type { NewEvent, StoredEvent } from "../store/appendEvent.ts";
import type { Lease } from "../store/holdLease.ts";
import { OutgoingStopped } from "../store/OutgoingStopped.ts";
import type { Transaction } from "../store/port.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { admitOrders, readMeans } from "./admitOrders.ts";
import { spanOf } from "./orderOf.ts";
import { allOf, type Saved, saveEach, saveThrown, saveTogether } from "./saveEach.ts";
import { saveReview } from "./saveReview.ts";

type Due = Readonly<{ leg: Leg; facts: Facts; action: BankSend }>;
type Ordered = Due & Readonly<{ order: Order }>;
type Stored = Ordered & Readonly<{ attemptId: number }>;
type Intended = Stored & Readonly<{ intendedAtMs: number }>;
type Answered = Intended & Readonly<{ outcome: BankOutcome }>;

/** An intent older than this is not sent: its lease may have passed to somebody else (DESIGN 5). */
const OLDEST_INTENT_MS = 30_000;
const WAIT_FOR_FUNDS_MS = 5_000;

/**
 * Orders to the bank: intents stored for the whole batch, then the calls, then the answers.
 * @param lease under which the batch was claimed. @returns how many left.
 */
export async function sendToBank(reactor: Reactor, lease: Lease, ordered: readonly Ordered[]): Promise<number> {
  if (ordered.length === 0) return 0;
  for (const one of ordered) await reactor.passing("before_intent", one.action, one.leg.id);
  const intents = await saveTogether(reactor, ordered, (tx, ones) => intendAll(tx, reactor.facts.account, ones, lease));
  const intendedAtMs = reactor.monotonicMs();
  const stored = intents.flatMap((one): Intended[] => (one === null ? [] : [{ ...one, intendedAtMs }]));
  for (const one of stored) await reactor.passing("after_intent", one.action, one.leg.id);
  const limit = pLimit(reactor.limits.bankCalls);
  const checks = checksOf(reactor, lease, stored);
  const answered = await Promise.all(
    stored.map((one) =>
      limit(async (): Promise<Answered | null> => {
        try {
          const { leg, action, order } = one;
          const { paymentId, id: legId } = leg;
          const outcome = await inSpan(action, spanOf(leg, order), () => perform(reactor, checks, one));
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

/** Stores the intents of what is still ours and reserves its money; frees a leg for which there is none, and hands over one that would pass a ceiling. */
async function intendAll(tx: Transaction, account: string, batch: readonly Ordered[], lease: Lease) {
  const [held, means] = await allEnded([
    allOf(batch, (one) => tx.holdLease(one.leg, lease)),
    readMeans(tx, account, batch),
  ]);
  // What was decided of a leg that is no longer ours to move was decided of another moment.
  const ours = batch.filter((_, index) => held[index]);
  const verdicts = admitOrders(ours, means);
  return allOf(ours, async (one): Promise<Saved<Stored | null>> => {
    const { leg, facts, action, order } = one;
    const verdict = verdicts.get(leg.id);
    if (verdict?.kind === "review") return { events: await saveReview(tx, leg, verdict.why), result: null };
    if (verdict?.kind === "insufficient") {
      await tx.saveWait(leg, { untilMs: facts.nowMs + WAIT_FOR_FUNDS_MS, reason: "insufficient" }, facts.nowMs);
      return { events: [], result: null };
    }
    const { id } = await tx.openAttempt(leg, action, order.key, "numbered", facts.nowMs);
    const movement = movementOf(action, leg);
    if (movement !== null) await tx.reserve(leg, id, movement);
    return { events: [], result: { ...one, attemptId: id } };
  });
}

type Checks = Readonly<{
  isKilled: () => Promise<boolean>;
  /** The legs of the batch that are still held as they were claimed. @throws Error when this reactor's session is lost. */
  readHeld: () => Promise<ReadonlySet<number>>;
}>;

/** What is asked before each call of a batch; calls that leave within a moment share the answer. */
function checksOf(reactor: Reactor, lease: Lease, stored: readonly Intended[]): Checks {
  const { store, identity } = reactor;
  const readHeld = shareAnswer(reactor, async () => {
    const legs = stored.map(({ leg }) => leg);
    const [held] = await Promise.all([store.stillHeld(legs, lease), identity.assertAlive(lease.holder)]);
    return held;
  });
  return {
    isKilled: shareAnswer(reactor, () => store.isKilled(reactor.facts)),
    readHeld: () => {
      // A session that is known to be lost shares nothing.
      const holder = identity.holder();
      if (holder !== lease.holder) throw new Error(`The reactor is ${holder} by now, and was ${lease.holder}.`);
      return readHeld();
    },
  };
}

async function perform(reactor: Reactor, { isKilled, readHeld }: Checks, one: Intended): Promise<BankOutcome> {
  // A call that gets its place within the moment that an answer stands for has this one; its failure is told where it is asked for.
  readHeld().catch(() => undefined);
  if (await isKilled()) return notSent("killed");
  const { juno } = reactor.world;
  // Asked again where a call gets its place: until then it may have waited for others, or this process stood still.
  const takePlace: typeof juno.takePlace = async (lane) => {
    await juno.takePlace(lane);
    const held = await readHeld();
    if (reactor.stopping.aborted) throw new NotSent("stopping");
    const isOld = reactor.monotonicMs() - one.intendedAtMs > OLDEST_INTENT_MS;
    // This process's clock stands still while its machine is suspended; the lease ends by the database's.
    if (isOld || !held.has(one.leg.id)) throw new NotSent("stale_intent");
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
