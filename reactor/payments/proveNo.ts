import type { Attempt, Facts, OwnTransaction } from "./facts.ts";
import type { Leg } from "./leg.ts";
import type { SendAction } from "./table.ts";

/** Complete readings of the bank that began after an order's key had died, and reached back to its first sending. */
export type LateReadings = Readonly<{ firstMs: number; lastMs: number }> | null;

/** Why an order has not happened and never can; or what is missing for anybody to say so. */
export type Verdict =
  | Readonly<{ proven: true; by: "refused" | "reverted" | "absent" }>
  | Readonly<{ proven: false; missing: MissingForNo }>;
export type MissingForNo =
  | "nothing_sent"
  | "accepted"
  | "still_on_its_way"
  | "key_still_lives"
  | "late_readings"
  | "candidates";

/** After an order's last sending nobody may still be about to send it: a lease and a call's longest wait have passed. */
const QUIET_MS = 60_000;
/** Rule 5 wants the absence twice, this far apart (DESIGN 6). */
const BETWEEN_READINGS_MS = 10 * 60_000;

const CHAIN: ReadonlySet<SendAction> = new Set<SendAction>([
  "createEscrow",
  "fundEscrow",
  "release",
  "dispute",
  "resolveForSeller",
  "resolveForBuyer",
  "returnToJuno",
]);

/**
 * Whether an order of the leg's present generation may be followed by a new one under a new key. It may if it was refused
 * for ever as the sole one ever sent, if the chain has reverted it at the settled head, or if the bank does not list it:
 * twice, in whole readings made after its key had died.
 * @param leg as it stood before its review.
 */
export function proveNo(leg: Leg, action: SendAction, facts: Facts, readings: LateReadings): Verdict {
  const attempts = facts.attempts.filter((attempt) => attempt.action === action);
  if (!CHAIN.has(action)) return proveOrderAbsent(attempts, facts, readings);
  const sent = facts.ownTransactions.filter((own) => own.action === action && own.generation === leg.generation);
  return proveCallFailed(sent, attempts);
}

function proveCallFailed(sent: readonly OwnTransaction[], attempts: readonly Attempt[]): Verdict {
  if (sent.length > 0) {
    return sent.every((own) => own.reverted) ? { proven: true, by: "reverted" } : missing("still_on_its_way");
  }
  if (attempts.some((attempt) => attempt.when === "never")) return { proven: true, by: "refused" };
  return missing(attempts.length === 0 ? "nothing_sent" : "still_on_its_way");
}

function proveOrderAbsent(attempts: readonly Attempt[], facts: Facts, readings: LateReadings): Verdict {
  const [first] = attempts;
  const last = attempts.at(-1);
  if (first === undefined || last === undefined) return missing("nothing_sent");
  if (attempts.some((attempt) => attempt.outcome === "done")) return missing("accepted");
  if (facts.nowMs - last.sentAtMs < QUIET_MS) return missing("still_on_its_way");
  if (attempts.length === 1 && first.when === "never") return { proven: true, by: "refused" };
  if (facts.nowMs - last.sentAtMs < facts.keyLifetimeMs) return missing("key_still_lives");
  if (facts.candidates.length > 0) return missing("candidates");
  const twice = readings !== null && readings.lastMs - readings.firstMs >= BETWEEN_READINGS_MS;
  return twice ? { proven: true, by: "absent" } : missing("late_readings");
}

const missing = (what: MissingForNo): Verdict => ({ proven: false, missing: what });
