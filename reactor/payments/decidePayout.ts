import { guardedWait, readOrder } from "./bankOrder.ts";
import { askBank, type DecisionIn, type Wait, waitFor } from "./decision.ts";
import { isFunded } from "./deposit.ts";
import type { Facts } from "./facts.ts";
import type { Leg, LegKind } from "./leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "./money.ts";
import type { PayoutState } from "./payout.ts";

type Decide = { readonly [S in PayoutState]: (leg: Leg, facts: Facts) => DecisionIn<"payout", S> };

const PAUSE_MS = 1_000;
/** A verdict wakes its leg; one whose waking was lost is found by this. */
const LOOK_AGAIN_MS = 60_000;

export const decidePayout: Decide = {
  waiting: (leg, facts) => {
    const source = facts.siblings.find((sibling) => sibling.kind === leg.source);
    const isThere = leg.source === "custody" ? source?.state === "returned" : isFunded(source?.state);
    if (source === undefined || !isThere) return waitFor(null);
    if (leg.source === "deposit") return { kind: "move", outcome: "funds_there" };
    const { ruling } = source.carried;
    if (ruling === "seller") return { kind: "move", outcome: "funds_there" };
    if (ruling === "buyer") return { kind: "move", outcome: "ruled_for_buyer" };
    throw new Error(`Custody ended without a ruling that names who won: ${ruling ?? "none"}.`);
  },

  account: (_leg, facts) => {
    // Nobody is asked by the machine: its deadline tells a person, and two give the account.
    if (!facts.accountKnown) return waitFor(null, "no_account");
    // Registering moves no money, and its performer looks for the account before it asks for one: repeating is harmless.
    const last = facts.attempts.filter((attempt) => attempt.action === "registerAccount").at(-1);
    if (last?.outcome === "done" && last.outsideId) {
      return { kind: "move", outcome: "registered", learnt: { bankAccountId: last.outsideId } };
    }
    if (last?.when === "never") return { kind: "move", outcome: "refused", evidence: { reason: last.reason ?? "" } };
    const nextMs = last === undefined ? facts.nowMs : (last.closedAtMs ?? last.sentAtMs) + PAUSE_MS * last.number;
    return facts.nowMs < nextMs ? waitFor(nextMs) : { kind: "perform", action: "registerAccount" };
  },

  ready: (leg, facts) => {
    if (facts.terms.held) return waitFor(facts.nowMs + PAUSE_MS, "held");
    return guardedWait(facts) ?? siblingDoubt(leg, facts) ?? readScreening(facts);
  },

  redeeming: (leg, facts) => {
    const order = readOrder("redeem", facts);
    if (order.kind === "send") return siblingDoubt(leg, facts) ?? { kind: "perform", action: "redeem" };
    if (order.kind === "refused") return { kind: "move", outcome: "refused", evidence: { reason: order.reason } };
    if (order.kind === "perhaps_done")
      return { kind: "move", outcome: "perhaps_done", evidence: { reason: order.reason } };
    if (order.kind !== "accepted") return order;
    return { kind: "move", outcome: "accepted", learnt: { redemptionId: order.outsideId } };
  },

  paying: (leg, facts) => {
    const redemption = facts.bank.find((fact) => fact.id === leg.carried.redemptionId && fact.type === "REDEMPTION");
    const equal = redemption?.amountBaseUnits === leg.amountCentavos * BASE_UNITS_PER_CENTAVO;
    if (redemption?.status === "FAILED") return { kind: "move", outcome: "failed" };
    if (redemption?.status === "COMPLETE" && equal) return { kind: "move", outcome: "paid" };
    return askBank(facts);
  },

  failed: (_leg, facts) => {
    const refundId = facts.claims.refund;
    if (refundId === null) return askBank(facts);
    return { kind: "move", outcome: "refund_claimed", claims: [{ source: "refund", outsideId: refundId }] };
  },

  paid: (_leg, facts) => (facts.claims.payoutReturn ? { kind: "move", outcome: "came_back" } : waitFor(null)),

  bounced: () => waitFor(null),
};

/** Where a check of names and sanctions is configured, nothing but its `clear` lets a payout go; a verdict wakes its leg. */
function readScreening({ screening, nowMs }: Facts): DecisionIn<"payout", "ready"> {
  if (screening === null || screening.verdict === "clear") return { kind: "move", outcome: "cleared" };
  if (screening.verdict === "refuse") {
    const reason = `la verificación de nombre y sanciones lo rechazó (${screening.reference ?? "sin referencia"})`;
    return { kind: "move", outcome: "screening_refused", evidence: { reason } };
  }
  return waitFor(nowMs + LOOK_AGAIN_MS, screening.verdict === "hold" ? "screening_hold" : "unscreened");
}

/** Its custody or its deposit went to a person after all: what it had proven may have vanished, or its money may be back. */
function siblingDoubt({ source }: Leg, { siblings, nowMs }: Facts): Wait | null {
  const are = (leg: LegKind, isThere: (state: string) => boolean) =>
    siblings.every(({ kind, state }) => kind !== leg || isThere(state));
  if (source === "custody" && !are("custody", (state) => state === "returned"))
    return waitFor(nowMs + PAUSE_MS, "custody_in_review");
  return are("deposit", isFunded) ? null : waitFor(nowMs + PAUSE_MS, "deposit_in_review");
}
