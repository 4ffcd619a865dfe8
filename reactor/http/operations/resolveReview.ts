import { z } from "@hono/zod-openapi";
import { movementOf, unorderedMovementOf } from "../../books/places.ts";
import { apply, applyReturn, asItStood } from "../../payments/apply.ts";
import type { Facts } from "../../payments/facts.ts";
import { type Leg, rowOf } from "../../payments/leg.ts";
import { toDecimal } from "../../payments/money.ts";
import { type ReviewExit, reviewExits } from "../../payments/reviewExits.ts";
import { termOf } from "../../payments/terms.ts";
import type { StoredEvent } from "../../store/appendEvent.ts";
import { adoptAttempt, closeAsNever } from "../../store/attempts.ts";
import { openBreaksOf } from "../../store/breaks.ts";
import { insertClaims } from "../../store/claims.ts";
import { contextOf } from "../../store/contextOf.ts";
import type { Queryable } from "../../store/database.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { hasPendingTransfer } from "../../store/evidence.ts";
import { loadFacts } from "../../store/facts.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { insertRuling } from "../../store/rulings.ts";
import { saveLeg } from "../../store/saveLeg.ts";
import { saveScreening } from "../../store/screenings.ts";
import { postMovement, settleTransfers } from "../../store/transfers.ts";
import { Problem } from "../Problem.ts";
import { checkProofs, type Proven } from "./checkProofs.ts";
import { effectsOf } from "./effectsOf.ts";
import { legPlan, recordOf } from "./legPlan.ts";
import { type By, type OperationPorts, operation } from "./plan.ts";

const request = z.object({
  paymentId: z.number(),
  legId: z.number(),
  outcome: z.string(),
  evidence: z.object({
    bank_transaction: z.string().optional(),
    token_transfer: z.string().optional(),
    refund: z.string().optional(),
  }),
});

/** A leg in review, the exit that a person wants, and what was found of its evidence. */
type Prepared = Readonly<{
  record: PaymentRecord;
  /** As it is: in review. */
  leg: Leg;
  exit: ReviewExit;
  facts: Facts;
  proven: Proven;
  /** As it would be. */
  next: Leg;
}>;

/** Takes a leg out of review: back into its state, on to a new order, or by an outcome that the evidence shows. */
export const resolveReview = operation({
  request,
  async draw(ports, wanted) {
    const { record, leg, exit, facts, proven, next } = await prepare(ports, wanted);
    const state = rowOf(next.kind, next.state);
    const before = rowOf(leg.kind, asItStood(leg).state);
    const breaks = await openBreaksOf(ports.db, leg.paymentId);
    const { calls, ledger } = await effectsOf(ports.db, next, record, ports.facts);
    const unordered = unorderedMovementOf(exit.outcome);
    const amount = toDecimal(leg.amountCentavos);
    return {
      ...legPlan("resolve_review", exit.persons, leg, {
        es: `sale de revisión («${before.es}») por «${termOf("exit", exit.outcome, "es")}» hacia «${state.es}»`,
        en: `leaves review (“${before.en}”) by “${termOf("exit", exit.outcome, "en")}” for “${state.en}”`,
      }),
      resulting_state: next.state,
      calls,
      ledger: unordered === null ? ledger : [{ ...unordered, amount, state: "posted" }],
      details: {
        outcome: exit.outcome,
        generation: String(next.generation),
        ...proven.shown,
        // What chain and books do not tell alike: nobody confirms without having read it.
        ...(breaks.length > 0 && { open_breaks: breaks.join(", ") }),
        ...(paysOut(next) && { past_ceilings: "true" }),
        ...(isRefusedByCheck(leg, facts) && { past_screening: "true" }),
      },
    };
  },
  async perform(ports, tx, wanted, plan, by) {
    const prepared = await prepare(ports, wanted);
    if (prepared.leg.version !== plan.leg?.version) throw new Problem("plan_changed");
    const { exit } = prepared;
    return exit.outcome === "resume" || exit.outcome === "retry"
      ? giveBack(tx, prepared, by)
      : carryOn(ports, tx, prepared, by);
  },
});

async function prepare(ports: OperationPorts, wanted: z.output<typeof request>): Promise<Prepared> {
  const { db } = ports;
  const record = await recordOf(db, wanted.paymentId);
  const context = await contextOf(db, ports.facts, record.payment.lane);
  const leg = record.legs.find(({ id }) => id === wanted.legId);
  if (leg === undefined) throw new Problem("leg_not_found", { facts: { id: String(wanted.legId) } });
  const { reviewFrom } = leg;
  if (reviewFrom === null) throw new Problem("not_in_review", { facts: { id: String(leg.id) } });
  const stood = asItStood(leg);
  const exits = reviewExits(leg.kind, reviewFrom);
  const exit = exits.find(({ outcome }) => outcome === wanted.outcome);
  if (exit === undefined) {
    const values = exits.map(({ outcome }) => outcome).join(", ");
    throw new Problem("no_such_exit", { facts: { values }, pointer: "/outcome" });
  }
  const nowMs = await databaseNowMs(db);
  const facts = (await loadFacts(db, [stood], context, nowMs)).get(leg.id);
  if (facts === undefined) throw new Error(`No facts were loaded for leg ${leg.id}.`);
  const proven = await checkProofs(exit.proofs, { db, context, leg: stood, facts, evidence: wanted.evidence });
  const isReturn = exit.outcome === "resume" || exit.outcome === "retry";
  const next = isReturn
    ? applyReturn(leg, exit, facts.terms, nowMs)
    : apply(stood, exit.outcome, { ...exit.fixed, ...proven.learnt }, facts.terms, nowMs).leg;
  return { record, leg, exit, facts, proven, next };
}

/** Where the next order is the payout itself: two persons have read what it pays to whom, and no ceiling holds it again. */
const paysOut = ({ kind, state }: Leg) => kind === "payout" && state === "redeeming";

/** Where it goes back to be paid although the check of names and sanctions refused it: two persons have read so and stand for it. */
const isRefusedByCheck = ({ reviewFrom }: Leg, { screening }: Facts) =>
  reviewFrom === "ready" && screening?.verdict === "refuse";

/** Back to the machine. A new order voids what the old one had reserved, and nobody looks for the old one any more. */
async function giveBack(tx: Queryable, prepared: Prepared, by: By): Promise<readonly StoredEvent[]> {
  const { record, leg, exit, facts, proven, next } = prepared;
  if (!(await saveLeg(tx, next))) throw new Problem("plan_changed");
  if (paysOut(next)) {
    await insertRuling(tx, { legId: leg.id, kind: "over_ceiling", actor: by.names.join(", "), reason: by.reason });
  }
  if (exit.generation === "next") {
    await insertClaims(tx, leg.id, proven.claims);
    await settleTransfers(tx, leg.id, "voided");
    await closeAsNever(tx, leg.id, leg.generation);
  }
  return isRefusedByCheck(leg, facts) ? clearByTwo(tx, record, leg, by) : [];
}

/** What the check refused and two persons stand for is a verdict of its own, of this account and amount and no other. */
async function clearByTwo(
  tx: Queryable,
  { accounts }: PaymentRecord,
  leg: Leg,
  by: By,
): Promise<readonly StoredEvent[]> {
  const account = accounts.find(({ legId, payee }) => legId === leg.id && payee === leg.payee);
  if (account === undefined) throw new Problem("plan_changed");
  const asked = { ...leg, legId: leg.id, accountId: account.id, clabe: account.clabe, lastVerdict: "refuse" as const };
  const given = { verdict: "clear", reference: null, reason: by.reason, answeredBy: by.names.join(", ") } as const;
  return saveScreening(tx, asked, given, 0);
}

/** On by an outcome of the leg's own row, saved as if the machine had seen it, in the names of those who show it. */
async function carryOn(
  ports: OperationPorts,
  tx: Queryable,
  prepared: Prepared,
  by: By,
): Promise<readonly StoredEvent[]> {
  const { leg, exit, facts, proven } = prepared;
  const stood = asItStood(leg);
  const { does } = rowOf(stood.kind, stood.state);
  const movement = does === undefined || does === "confirmBlock" ? null : movementOf(does, stood);
  // What was done by hand was never reserved, and stands in the books all the same.
  const unreserved = movement !== null && !(await hasPendingTransfer(tx, leg.id));
  const found = proven.shown.bank_transaction;
  const open = facts.attempts.findLast((attempt) => attempt.action === does && attempt.outcome !== "done");
  if (found !== undefined && open !== undefined) await adoptAttempt(tx, open.id, found);
  const events = await ports.move(
    tx,
    stood,
    facts,
    {
      kind: "move",
      outcome: exit.outcome,
      learnt: { ...exit.fixed, ...proven.learnt },
      claims: proven.claims,
      evidence: { ...proven.shown, reason: by.reason },
    },
    by.names.join(", "),
  );
  if (events.length === 0) throw new Problem("plan_changed");
  if (unreserved) await postMovement(tx, stood, movement);
  return events;
}
