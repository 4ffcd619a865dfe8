import { movementOf } from "../books/places.ts";
import type { Reason } from "../payments/leg.ts";
import type { Reactor } from "../reactor.ts";
import { allEnded } from "../store/allEnded.ts";
import type { Lease } from "../store/holdLease.ts";
import type { Transaction } from "../store/port.ts";
import type { Call } from "./prepareCalls.ts";
import { allOf, type Saved, saveThrown, saveTogether } from "./saveEach.ts";

type Ready = Extract<Call, { prepared: unknown }>;

const PAUSE_MS = 1_500;

/**
 * Calls to the chain, which were simulated: intent and nonce stored together. The lane signs and sends them in nonce
 * order; here nothing leaves.
 * @param lease under which the batch was claimed. @param onStored told once some have their nonce. @returns how many took one.
 */
export async function sendToChain(
  reactor: Reactor,
  lease: Lease,
  batch: readonly Call[],
  onStored: () => void,
): Promise<number> {
  const ready: Ready[] = [];
  for (const one of batch) {
    if ("prepared" in one) ready.push(one);
    else await saveThrown(reactor, one.leg, one.thrown);
  }
  for (const one of batch) await reactor.passing("before_intent", one.action, one.leg.id);
  const saved = await saveTogether(reactor, ready, (tx, ones) => savePrepared(tx, ones, lease, reactor));
  const stored = saved.filter((one) => one !== null);
  for (const one of stored) await reactor.passing("after_intent", one.action, one.leg.id);
  if (stored.length > 0) onStored();
  return stored.length;
}

/** Stores what was prepared of what is still ours, the first of them in the places that are free in the lane. The results are what may leave from now on. */
async function savePrepared(tx: Transaction, batch: readonly Ready[], lease: Lease, reactor: Reactor) {
  const [held, inFlight] = await allEnded([
    allOf(batch, (one) => tx.holdLease(one.leg, lease)),
    batch.some(isReady) ? tx.inFlight(reactor.signer.address) : 0,
  ]);
  // What was decided of a leg that is no longer ours to move was decided of another moment.
  const ours = batch.filter((_, index) => held[index]);
  const placed = new Set(ours.filter(isReady).slice(0, Math.max(0, reactor.limits.inFlight - inFlight)));
  return allOf(ours, (one) => saveOne(tx, one, placed.has(one), reactor));
}

const isReady = ({ prepared }: Ready) => prepared.outcome === "done";

/** Stores a call with its nonce, or why there is none. */
async function saveOne(tx: Transaction, one: Ready, hasPlace: boolean, reactor: Reactor): Promise<Saved<Ready | null>> {
  const nothing = { events: [], result: null };
  const { leg, facts, action, order, prepared } = one;
  const { nowMs } = facts;
  if (prepared.outcome === "unknown") {
    await tx.saveWait(leg, { untilMs: nowMs + PAUSE_MS, reason: prepared.reason }, nowMs);
    return nothing;
  }
  if (prepared.outcome === "refused" && prepared.when === "not_now") {
    await tx.saveWait(leg, { untilMs: nowMs + PAUSE_MS, reason: reasonOf(prepared.reason) }, nowMs);
    return nothing;
  }
  if (prepared.outcome === "refused") {
    const { id } = await tx.openAttempt(leg, action, order.key, "once", nowMs);
    const { when, reason, evidence } = prepared;
    await tx.closeAttempt(id, { outcome: "refused", outsideId: null, when, reason, evidence });
    await tx.saveWait(leg, { untilMs: nowMs, reason: null }, nowMs);
    const events = await tx.appendEvents([
      {
        paymentId: leg.paymentId,
        legId: leg.id,
        type: "intento_rechazado",
        data: { action, message: `${prepared.reason}: ${prepared.message}` },
        actor: "kustodia",
      },
    ]);
    return { events, result: null };
  }
  if (!hasPlace) {
    await tx.saveWait(leg, { untilMs: nowMs + PAUSE_MS, reason: null }, nowMs);
    return nothing;
  }
  const { call, gas, fees } = prepared;
  const { to, data } = call;
  const { id: legId, generation } = leg;
  await allEnded([
    openReserved(tx, one),
    tx.reserveNonce(reactor.signer.address, { legId, action, generation, to, data, gas, ...fees }),
    tx.saveWait(leg, { untilMs: nowMs + PAUSE_MS, reason: null }, nowMs),
  ]);
  return { events: [], result: one };
}

/** Stores the intent, and reserves what it moves. */
async function openReserved(tx: Transaction, { leg, action, order, facts }: Ready): Promise<void> {
  const { id } = await tx.openAttempt(leg, action, order.key, "once", facts.nowMs);
  const movement = movementOf(action, leg);
  if (movement !== null) await tx.reserve(leg, id, movement);
}

/** The chain's refusals in the words of a leg's reasons; what no word fits is shown as held up by the escrow's own state. */
const REASONS: Readonly<Record<string, Reason>> = {
  token_paused: "token_paused",
  blacklisted: "blacklisted",
  insufficient: "insufficient",
  allowance: "allowance",
  no_gas: "no_gas",
  escrow_paused: "escrow_paused",
};

const reasonOf = (reason: string): Reason => REASONS[reason] ?? "escrow_state";
