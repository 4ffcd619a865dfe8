import { arrivalOf, settlements, unorderedMovementOf } from "../books/places.ts";
import { type Applied, apply, applyDeadline } from "../payments/apply.ts";
import type { Decided } from "../payments/courseOf.ts";
import type { Move } from "../payments/decision.ts";
import type { Facts } from "../payments/facts.ts";
import { type Leg, rowOf } from "../payments/leg.ts";
import { toPesos } from "../payments/money.ts";
import { momentInMexico } from "../payments/words.ts";
import { allEnded } from "../store/allEnded.ts";
import type { NewEvent, StoredEvent } from "../store/appendEvent.ts";
import type { Transaction } from "../store/port.ts";
import type { RulingKind } from "../store/rulings.ts";
import type { Kept } from "../store/saveLeg.ts";

/**
 * Saves what was decided about one leg: a move with all that it proves, an adopted order, or a wait.
 * @param kept the lease under which the moved leg orders something in this very turn; else it is freed.
 */
export async function saveDecision(
  tx: Transaction,
  { leg, facts, decision }: Decided,
  kept: Kept | null = null,
): Promise<readonly StoredEvent[]> {
  switch (decision.kind) {
    case "wait":
      await tx.saveWait(leg, decision, facts.nowMs);
      return [];
    case "settle":
      await tx.adoptAttempt(decision.attemptId, decision.outsideId);
      await tx.insertClaims(leg.id, [{ source: "bank_transaction", outsideId: decision.outsideId }]);
      await tx.saveWait(leg, { untilMs: facts.nowMs, reason: null }, facts.nowMs);
      return [];
    case "overdue": {
      const overdue = applyDeadline(leg, facts.terms, facts.nowMs);
      const saved = await tx.saveLeg(overdue.leg);
      return saved
        ? tx.appendEvents([eventOf(leg, overdue, facts, { why: `venció el plazo de «${labelOf(leg)}»` })])
        : [];
    }
    case "move":
      return saveMove(tx, leg, facts, decision, "kustodia", kept);
    case "perform":
      throw new Error(`Leg ${leg.id} has "${decision.action}" to do: that is sent, not saved.`);
  }
}

/**
 * Saves a leg's move with all that it proves.
 * @param actor who says that the outcome has come: the program, or the persons who took the leg out of review.
 * @returns the events; none when somebody was first, and then nothing is written.
 */
export async function saveMove(
  tx: Transaction,
  leg: Leg,
  facts: Facts,
  move: Move<string>,
  actor: string,
  kept: Kept | null = null,
): Promise<readonly StoredEvent[]> {
  const applied = apply(leg, move.outcome, move.learnt ?? {}, facts.terms, facts.nowMs);
  if (!(await tx.saveLeg(applied.leg, kept))) return [];
  const arrivesFrom = arrivalOf(move.outcome, leg);
  const issuance = arrivesFrom ? issuanceOf(applied.leg, facts) : null;
  const why = `${labelOf(leg)}: ${move.evidence?.reason ?? move.outcome}`;
  const event = { ...eventOf(leg, applied, facts, { why, message: why, ...move.evidence }), actor };
  // In this order, and none waits for the answer to the one before: none of them needs it.
  const written: Promise<unknown>[] = [tx.insertClaims(leg.id, move.claims ?? [])];
  if (applied.exit.freesDeposit) written.push(tx.freeDeposit(leg.id));
  const settlement = settlements[move.outcome];
  if (settlement) written.push(tx.settleTransfers(leg.id, settlement));
  if (arrivesFrom && issuance !== null) written.push(tx.postArrival(leg, issuance, arrivesFrom));
  const unordered = unorderedMovementOf(move.outcome);
  if (unordered) written.push(tx.postMovement(leg, unordered));
  if (move.outcome === "extended") written.push(tx.setCustodyEnd(leg.paymentId, facts.terms.custodyEndMs));
  // The contract paid Juno by itself: there was nothing to send back, so no movement was pending.
  if (move.outcome === "returned" && move.claims === undefined)
    written.push(tx.postMovement(leg, { from: "bridge", to: "juno" }));
  written.push(tx.closeCalls(leg.id, DEFINITE_NOES.has(move.outcome) ? "refused" : "done"));
  const ruling = RULINGS[move.outcome];
  if (ruling) written.push(tx.carryOutRuling(leg.id, ruling));
  const events = tx.appendEvents([event]);
  await allEnded([...written, events]);
  return events;
}

/** What the bank issued for the money that a leg has got. */
function issuanceOf(leg: Leg, facts: Facts): string {
  const issuanceId = leg.carried.issuanceId ?? facts.claims.payoutReturn;
  if (issuanceId == null) throw new Error(`Leg ${leg.id} got money that no issuance shows.`);
  return issuanceId;
}

/** Outcomes that prove that a stored call to the chain did not happen. */
const DEFINITE_NOES: ReadonlySet<string> = new Set(["refused", "reverted"]);

/** Which person's decision each move carries out; any other one stays open until its own move comes. */
const RULINGS: Readonly<Record<string, RulingKind>> = {
  cancelled: "cancel",
  due: "release",
  dispute_opened: "dispute",
  ruled_for_seller: "seller",
  ruled_for_buyer: "buyer",
  accepted: "over_ceiling",
};

function eventOf(leg: Leg, applied: Applied, facts: Facts, more: Readonly<Record<string, string>>): NewEvent {
  return {
    paymentId: leg.paymentId,
    legId: leg.id,
    type: applied.event,
    data: {
      amount: toPesos(leg.amountCentavos),
      custody_end: momentInMexico(facts.terms.custodyEndMs),
      from: leg.state,
      to: applied.leg.state,
      ...applied.leg.carried,
      ...more,
    },
    actor: "kustodia",
  };
}

const labelOf = (leg: Leg) => rowOf(leg.kind, leg.state).es;
