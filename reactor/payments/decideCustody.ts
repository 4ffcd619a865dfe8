import { readOrder } from "./bankOrder.ts";
import { callOnce, confirm, foreignLog, isTransfer, ourLog, ourTransfer } from "./chainCall.ts";
import type { CustodyState } from "./custody.ts";
import { askBank, type DecisionIn, waitFor } from "./decision.ts";
import { isFunded } from "./deposit.ts";
import type { ChainFact, Facts } from "./facts.ts";
import type { Leg } from "./leg.ts";
import { MINUTE_MS } from "./table.ts";
import { seenLog } from "./watchedFact.ts";

type Decide = { readonly [S in CustodyState]: (leg: Leg, facts: Facts) => DecisionIn<"custody", S> };

const GUARD_PAUSE_MS = 1_000;
/** What made the bank fail a withdrawal is not over at once: a minute, two, four; then a person looks. */
const FAILED_PAUSE_MS = MINUTE_MS;
const MOST_NEW_WITHDRAWALS = 3;

export const decideCustody: Decide = {
  waiting: (_leg, facts) => {
    const deposit = facts.siblings.find((sibling) => sibling.kind === "deposit");
    return isFunded(deposit?.state) ? { kind: "move", outcome: "deposit_issued" } : waitFor(null);
  },

  withdrawing: (leg, facts) => {
    const order = readOrder("withdraw", facts);
    if (order.kind === "send") return { kind: "perform", action: "withdraw" };
    if (order.kind === "refused") return { kind: "move", outcome: "refused", evidence: { reason: order.reason } };
    if (order.kind === "perhaps_done")
      return { kind: "move", outcome: "perhaps_done", evidence: { reason: order.reason } };
    if (order.kind !== "accepted") return order;
    const withdrawal = facts.bank.find((fact) => fact.id === order.outsideId);
    const learnt = { withdrawalId: order.outsideId };
    if (withdrawal?.status === "FAILED") return { kind: "move", outcome: "failed", learnt };
    const arrival = facts.chain.find(
      (fact) => fact.txHash === withdrawal?.txHash && fact.soft && fact.to === facts.bridge && isTransfer(fact, leg),
    );
    if (withdrawal?.status !== "COMPLETE" || arrival === undefined) return askBank(facts);
    return {
      kind: "move",
      outcome: "bridged",
      learnt,
      claims: [claimOf(arrival)],
      evidence: { tx_hash: arrival.txHash },
    };
  },

  failed_withdrawal: (leg, facts) => {
    const refundId = facts.claims.refund;
    if (refundId === null) return askBank(facts);
    const claims = [{ source: "refund", outsideId: refundId }] as const;
    if (leg.generation >= MOST_NEW_WITHDRAWALS) {
      const reason = `el banco falló ${leg.generation + 1} veces este retiro y lo devolvió`;
      return { kind: "move", outcome: "failed_too_often", claims, evidence: { reason } };
    }
    const restartAtMs = leg.enteredAtMs + FAILED_PAUSE_MS * 2 ** leg.generation;
    if (facts.nowMs < restartAtMs) return waitFor(restartAtMs);
    return { kind: "move", outcome: "refund_claimed", claims };
  },

  bridged: (leg, facts) => {
    const created = ourLog(facts, "EscrowCreated");
    if (created?.escrowId) {
      const learnt = { escrowId: created.escrowId };
      const transfer = ourTransfer(leg, facts, facts.bridge, facts.escrowContract);
      const evidence = { escrow_id: created.escrowId, tx_hash: created.txHash };
      if (!ourLog(facts, "EscrowFunded")) {
        return { kind: "move", outcome: "created_only", learnt, evidence, claims: [claimOf(created)] };
      }
      if (transfer)
        return { kind: "move", outcome: "created_and_funded", learnt, evidence, claims: [claimOf(transfer)] };
    }
    const call = callOnce(leg, facts, "createEscrow");
    return call === "reverted" ? { kind: "move", outcome: "reverted" } : call;
  },

  funding: (leg, facts) => {
    const funded = ourLog(facts, "EscrowFunded");
    const transfer = ourTransfer(leg, facts, facts.bridge, facts.escrowContract);
    if (funded && transfer) {
      return { kind: "move", outcome: "funded", claims: [claimOf(transfer)], evidence: { tx_hash: funded.txHash } };
    }
    return foreign(leg, facts) ?? calledOrReverted(callOnce(leg, facts, "fundEscrow"));
  },

  securing: (leg, facts) => {
    const funded = ourLog(facts, "EscrowFunded");
    // The withdrawal's Transfer is not in our order of nonces: a settled funding does not prove it, and may have drawn on
    // other people's MXNB in the bridge.
    if (funded?.settled && facts.unsettled === 0) {
      return { kind: "move", outcome: "settled", evidence: { block: String(funded.blockNumber) } };
    }
    const pending = funded && !funded.settled;
    return foreign(leg, facts) ?? (pending ? confirm(funded, facts) : waitFor(facts.nowMs + GUARD_PAUSE_MS));
  },

  active: (leg, facts) => {
    const acted = foreign(leg, facts);
    if (acted) return acted;
    if (facts.ruling === "dispute") return { kind: "move", outcome: "dispute_opened" };
    const { custodyEndMs, held } = facts.terms;
    // Buyer and seller agree that it may end before its time: two persons have seen that they do.
    if (facts.ruling === "release" && !held) return { kind: "move", outcome: "due" };
    if (facts.nowMs < custodyEndMs) return waitFor(custodyEndMs);
    // The database's clock alone does not open a custody: the chain's last block must agree (DESIGN 7).
    const chainAgrees = facts.chainTimeMs !== null && facts.chainTimeMs >= custodyEndMs;
    if (held) return waitFor(facts.nowMs + GUARD_PAUSE_MS, "held");
    return chainAgrees ? { kind: "move", outcome: "due" } : waitFor(facts.nowMs + GUARD_PAUSE_MS);
  },

  disputing: (leg, facts) => {
    const disputed = ourLog(facts, "EscrowDisputed");
    if (disputed) {
      return { kind: "move", outcome: "disputed", claims: [claimOf(disputed)], evidence: { tx_hash: disputed.txHash } };
    }
    return foreign(leg, facts) ?? calledOrReverted(callOnce(leg, facts, "dispute"));
  },

  disputed: (leg, facts) => {
    if (facts.ruling === "seller") return { kind: "move", outcome: "ruled_for_seller" };
    if (facts.ruling === "buyer") return { kind: "move", outcome: "ruled_for_buyer" };
    return foreign(leg, facts) ?? waitFor(null);
  },

  resolving: (leg, facts) => {
    const resolved = ourLog(facts, "EscrowDisputeResolved");
    if (resolved) {
      return { kind: "move", outcome: "resolved", claims: [claimOf(resolved)], evidence: { tx_hash: resolved.txHash } };
    }
    return foreign(leg, facts) ?? calledOrReverted(callOnce(leg, facts, "resolveForSeller"));
  },

  cancelling: (leg, facts) => {
    // Neither shape of the contract emits EscrowCancelled here: the ruling's own log and the tokens' move are the proof.
    const cancelled = ourLog(facts, "EscrowDisputeResolved");
    const transfer = outOfEscrow(leg, facts);
    if (cancelled && transfer) {
      return {
        kind: "move",
        outcome: "cancelled",
        learnt: { ruling: "buyer" },
        claims: [claimOf(transfer)],
        evidence: { tx_hash: cancelled.txHash },
      };
    }
    return foreign(leg, facts) ?? calledOrReverted(callOnce(leg, facts, "resolveForBuyer"));
  },

  releasing: (leg, facts) => {
    const released = ourLog(facts, "EscrowReleased");
    const transfer = outOfEscrow(leg, facts);
    if (released && transfer) {
      return {
        kind: "move",
        outcome: "released",
        learnt: { ruling: "seller" },
        claims: [claimOf(transfer)],
        evidence: { tx_hash: released.txHash },
      };
    }
    return foreign(leg, facts) ?? calledOrReverted(callOnce(leg, facts, "release"));
  },

  returning: (leg, facts) => {
    // A contract whose platformWallet is Juno's pays a refund straight there: then there is nothing to send back.
    if (ourTransfer(leg, facts, facts.escrowContract, facts.junoWallet)) return { kind: "move", outcome: "returned" };
    const transfer = ourTransfer(leg, facts, facts.bridge, facts.junoWallet);
    if (transfer) {
      return { kind: "move", outcome: "returned", claims: [claimOf(transfer)], evidence: { tx_hash: transfer.txHash } };
    }
    return calledOrReverted(callOnce(leg, facts, "returnToJuno"));
  },

  crediting: (leg, facts) => {
    const transfer =
      ourTransfer(leg, facts, facts.bridge, facts.junoWallet) ??
      ourTransfer(leg, facts, facts.escrowContract, facts.junoWallet);
    if (!transfer) return askBank(facts);
    const credit = facts.bank.find(
      (fact) =>
        fact.type === "CRYPTO_DEPOSIT" &&
        fact.txHash === transfer.txHash &&
        fact.amountBaseUnits === transfer.amountBaseUnits,
    );
    if (!transfer.settled) return confirm(transfer, facts);
    if (credit?.status !== "COMPLETE") return askBank(facts);
    // A settled return does not prove its release: included anew, that may have reverted.
    if (facts.unsettled > 0) return waitFor(facts.nowMs + GUARD_PAUSE_MS);
    return {
      kind: "move",
      outcome: "credited",
      learnt: { cryptoDepositId: credit.id },
      claims: [{ source: "bank_transaction", outsideId: credit.id }],
    };
  },

  returned: () => waitFor(null),
};

const claimOf = (fact: ChainFact) => {
  const source = fact.contract === "token" ? "token_transfer" : "escrow_log";
  return { source, outsideId: fact.key, seen: seenLog(fact) } as const;
};

const outOfEscrow = (leg: Leg, facts: Facts) =>
  ourTransfer(leg, facts, facts.escrowContract, facts.bridge) ??
  ourTransfer(leg, facts, facts.escrowContract, facts.junoWallet);

function foreign(leg: Leg, facts: Facts) {
  const log = foreignLog(leg, facts);
  if (!log) return null;
  return { kind: "move", outcome: "foreign_event", evidence: { log: log.kind, tx_hash: log.txHash } } as const;
}

function calledOrReverted<Call extends object>(call: Call | "reverted") {
  return call === "reverted" ? ({ kind: "move", outcome: "reverted" } as const) : call;
}
