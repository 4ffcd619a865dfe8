import { askBank, type DecisionIn, waitFor } from "./decision.ts";
import type { DepositState } from "./deposit.ts";
import type { Facts } from "./facts.ts";
import type { Leg } from "./leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "./money.ts";

type Decide = { readonly [S in DepositState]: (leg: Leg, facts: Facts) => DecisionIn<"deposit", S> };

const untilWoken = waitFor(null);

export const decideDeposit: Decide = {
  awaiting: (leg, facts) => {
    if (facts.claims.issuance !== null) return issuanceClaimed(facts.claims.issuance);
    if (facts.claims.speiDeposit !== null) {
      return { kind: "move", outcome: "deposit_seen", learnt: { fid: facts.claims.speiDeposit } };
    }
    if (facts.ruling === "cancel") return { kind: "move", outcome: "cancelled" };
    // Why it waits (several payments match) is said by the matching alone, and outlives every look that changes nothing.
    if (facts.nowMs < facts.terms.expiresAtMs) return waitFor(facts.terms.expiresAtMs, leg.reason);
    // The last look comes after the last moment: a deposit made in time is not called late because nobody had asked.
    const lookedSince = facts.bankReadSinceMs !== null && facts.bankReadSinceMs >= facts.terms.expiresAtMs;
    if (lookedSince) return { kind: "move", outcome: "expired" };
    return { ...waitFor(facts.nowMs + facts.askBankEveryMs), asksBank: true };
  },
  seen: (_leg, facts) => {
    if (facts.claims.issuance !== null) return issuanceClaimed(facts.claims.issuance);
    if (facts.depositRefunded) return { kind: "move", outcome: "deposit_refunded" };
    return askBank(facts);
  },
  issuing: (leg, facts) => {
    const issuance = facts.bank.find((fact) => fact.id === leg.carried.issuanceId);
    const equal = issuance?.amountBaseUnits === leg.amountCentavos * BASE_UNITS_PER_CENTAVO;
    if (issuance?.status === "FAILED" || issuance?.refunded) return { kind: "move", outcome: "issuance_failed" };
    if (issuance?.status === "COMPLETE" && equal) return { kind: "move", outcome: "issued" };
    return askBank(facts);
  },
  issued: (leg, facts) => {
    const issuance = facts.bank.find((fact) => fact.id === leg.carried.issuanceId);
    return issuance?.refunded ? { kind: "move", outcome: "refunded_later" } : untilWoken;
  },
  covered: () => untilWoken,
  expired: () => untilWoken,
  cancelled: () => untilWoken,
};

/** The claim itself was made by the matching, when it gave this issuance to this leg. */
function issuanceClaimed(issuanceId: string) {
  return { kind: "move", outcome: "issuance_claimed", learnt: { issuanceId } } as const;
}
