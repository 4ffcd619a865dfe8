import { guardOf } from "./bankOrder.ts";
import { type Perform, type Wait, waitFor } from "./decision.ts";
import type { ChainFact, Facts } from "./facts.ts";
import type { Leg } from "./leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "./money.ts";
import type { ChainSend } from "./table.ts";

const ONE_BLOCK_MS = 1_000;

/** Our own indexed log of a kind, of this generation, deep enough for the next step on the same chain (the soft head). */
export function ourLog(facts: Facts, kind: string): ChainFact | undefined {
  return facts.chain.find((fact) => isOurs(fact) && fact.contract === "escrow" && fact.kind === kind);
}

/** Our own MXNB Transfer between two addresses for exactly the leg's amount, of this generation, at the soft head. */
export function ourTransfer(leg: Leg, facts: Facts, from: string, to: string): ChainFact | undefined {
  return facts.chain.find((fact) => isOurs(fact) && isTransfer(fact, leg) && fact.from === from && fact.to === to);
}

/** What an earlier generation's call did is history, and no proof of what this one's should do. */
const isOurs = (fact: ChainFact) => fact.soft && fact.ours && fact.current;

export function isTransfer(fact: ChainFact, leg: Leg): boolean {
  return (
    fact.contract === "token" &&
    fact.kind === "Transfer" &&
    fact.amountBaseUnits === leg.amountCentavos * BASE_UNITS_PER_CENTAVO
  );
}

/** A log of this leg's escrow made by a transaction that is not ours: somebody acted by hand. It never continues a leg. */
export function foreignLog(leg: Leg, facts: Facts): ChainFact | undefined {
  const escrowId = leg.carried.escrowId;
  return facts.chain.find(
    (fact) => !fact.ours && fact.soft && fact.contract === "escrow" && fact.escrowId === escrowId,
  );
}

/**
 * What a chain call's state does while its logs are not there: it sends once, then waits; the lane repeats the same bytes.
 * A revert at the settled head, or a simulation that said never, is a definite no.
 */
export function callOnce<A extends ChainSend>(leg: Leg, facts: Facts, action: A): Perform<A> | Wait | "reverted" {
  const sent = facts.ownTransactions.filter((own) => own.action === action && own.generation === leg.generation);
  const refused = facts.attempts.some((attempt) => attempt.action === action && attempt.when === "never");
  if (refused || (sent.length > 0 && sent.every((own) => own.reverted))) return "reverted";
  if (sent.length > 0) return waitFor(facts.nowMs + ONE_BLOCK_MS);
  const reason = guardOf(facts);
  return reason === null ? { kind: "perform", action } : waitFor(facts.nowMs + ONE_BLOCK_MS, reason);
}

/** Asks the chain for the hash of a log's block once the settled head has reached it; until then it waits. */
export function confirm(fact: ChainFact, facts: Facts): Perform<"confirmBlock"> | Wait {
  const reached = facts.settledHead !== null && fact.blockNumber <= facts.settledHead;
  return reached
    ? { kind: "perform", action: "confirmBlock", block: fact.blockNumber }
    : waitFor(facts.nowMs + ONE_BLOCK_MS);
}
