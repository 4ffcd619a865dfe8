import { type Settle, type Wait, waitFor } from "./decision.ts";
import type { Attempt, Facts } from "./facts.ts";
import type { Reason } from "./leg.ts";
import type { BankSend } from "./table.ts";

/** What is known of one order at the bank, and what may be done about it now. */
export type OrderReading =
  | Readonly<{ kind: "accepted"; outsideId: string }>
  | Readonly<{ kind: "refused"; reason: string }>
  | Readonly<{ kind: "send" }>
  /** It was never sent, as far as we know, and the bank lists what would come of it: our memory may be older than the deed. */
  | Readonly<{ kind: "perhaps_done"; reason: string }>
  | Settle
  | Wait;

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Reads an order's attempts by the rules of evidence (DESIGN 6): an accepted one is accepted, a definite no is a no, and
 * all the rest is unknown: looked up in a reading of the bank made after the attempt, then sent again under the same key
 * while the key lives, then left for a person.
 */
export function readOrder(action: BankSend, facts: Facts): OrderReading {
  const attempts = facts.attempts.filter((attempt) => attempt.action === action);
  const accepted = attempts.find((attempt) => attempt.outcome === "done");
  if (accepted?.outsideId) return { kind: "accepted", outsideId: accepted.outsideId };

  const last = attempts.at(-1);
  if (last === undefined)
    return facts.strayDebitId === null ? sendUnlessGuarded(facts) : perhapsDone(facts.strayDebitId);
  if (last.outcome === "refused" && attempts.length === 1 && last.when === "never") {
    return { kind: "refused", reason: last.reason ?? "unexplained" };
  }
  const everyAnswerWasNotNow = attempts.every((attempt) => attempt.when === "not_now");
  if (everyAnswerWasNotNow) return pauseThenSend(attempts, facts, reasonOf(last));
  return readUnknown(attempts, last, facts);
}

function readUnknown(attempts: readonly Attempt[], last: Attempt, facts: Facts): OrderReading {
  const endedAtMs = last.closedAtMs ?? last.sentAtMs;
  const lookedSince = facts.bankReadSinceMs !== null && facts.bankReadSinceMs > endedAtMs;
  if (!lookedSince) return { ...waitFor(facts.nowMs + facts.askBankEveryMs, "unknown_outcome"), asksBank: true };

  const found = facts.candidates[facts.turn];
  if (found && facts.candidates.length > facts.rivals)
    return { kind: "settle", attemptId: last.id, outsideId: found.id };

  const keyAgeMs = facts.nowMs - (attempts[0]?.sentAtMs ?? facts.nowMs);
  const refusedAfterUnknown = last.when === "never";
  if (keyAgeMs < facts.keyLifetimeMs && !refusedAfterUnknown) return pauseThenSend(attempts, facts, "unknown_outcome");
  return { ...waitFor(facts.nowMs + LONGEST_PAUSE_MS, "unknown_outcome"), asksBank: true };
}

function pauseThenSend(attempts: readonly Attempt[], facts: Facts, reason: Reason): OrderReading {
  const last = attempts.at(-1);
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempts.length - 1), LONGEST_PAUSE_MS);
  const nextMs = (last?.closedAtMs ?? last?.sentAtMs ?? facts.nowMs) + pauseMs;
  return facts.nowMs < nextMs ? waitFor(nextMs, reason) : sendUnlessGuarded(facts);
}

function sendUnlessGuarded(facts: Facts): OrderReading {
  return guardedWait(facts) ?? { kind: "send" };
}

const perhapsDone = (debitId: string): OrderReading => ({
  kind: "perhaps_done",
  reason: `el banco ya muestra ${debitId}, igual a esta orden, y ninguna orden nuestra lo explica`,
});

const GUARD_PAUSE_MS = 1_000;

/** Why nothing may leave now, or null: the kill switch, then facts too old to act on. */
export function guardOf(facts: Facts): Reason | null {
  if (facts.guards.killed) return "killed";
  if (facts.guards.staleFacts) return "stale_facts";
  return null;
}

/** The wait of a leg whose money may not leave the bank now, or null. Beside the two guards of all money: a bank not yet read. */
export function guardedWait(facts: Facts): Wait | null {
  const reason = guardOf(facts);
  const untilMs = facts.nowMs + GUARD_PAUSE_MS;
  if (reason !== null) return waitFor(untilMs, reason);
  return facts.guards.bankUnread ? { ...waitFor(untilMs, "bank_unread"), asksBank: true } : null;
}

const REASONS: Readonly<Record<string, Reason>> = {
  insufficient: "insufficient",
  limit: "bank_limit",
  throttled: "throttled",
  authentication: "authentication",
};

const reasonOf = (attempt: Attempt): Reason => REASONS[attempt.reason ?? ""] ?? "unknown_outcome";
