import type { Attempt, BankFact, ChainFact, Facts, OwnTransaction } from "../../reactor/payments/facts.ts";
import { type AnyState, type Carried, type Leg, type LegKind, rowOf } from "../../reactor/payments/leg.ts";
import type { CarriedFact, ChainSend, SendAction } from "../../reactor/payments/table.ts";
import { HOUR_MS, MINUTE_MS } from "../../reactor/payments/table.ts";

/*
 * Facts in which nothing has happened, to which a test adds what it is about. One escrow, 1,500.50 pesos, noon of a day.
 */

export const NOW_MS = Date.UTC(2026, 2, 3, 12);
export const AMOUNT_CENTAVOS = 1_500_50n;
export const AMOUNT_BASE_UNITS = 1_500_500_000n;
export const BRIDGE = "0xb71d6e0000000000000000000000000000000001";
export const JUNO_WALLET = "0x1020000000000000000000000000000000000002";
export const ESCROW_CONTRACT = "0xe5c0000000000000000000000000000000000003";
export const STRANGER = "0x5742000000000000000000000000000000000004";
export const KEY_LIFETIME_MS = HOUR_MS;
export const ASK_BANK_EVERY_MS = 30_000;

const CARRIED: Readonly<Record<CarriedFact, string>> = {
  fid: "fid-1",
  issuanceId: "issuance-1",
  withdrawalId: "withdrawal-1",
  escrowId: "7",
  cryptoDepositId: "credit-1",
  bankAccountId: "account-1",
  redemptionId: "redemption-1",
  ruling: "seller",
};

/** Exactly the facts that a state's row wants carried. */
export function carriedIn(kind: LegKind, state: string): Carried {
  return Object.fromEntries(rowOf(kind, state).carries.map((name) => [name, CARRIED[name]]));
}

/** A leg that entered its state a minute ago and is not overdue. */
export function legIn(kind: LegKind, state: string, changes: Partial<Leg> = {}): Leg {
  return {
    id: 1,
    paymentId: 81,
    kind,
    state: state as AnyState,
    reviewFrom: null,
    version: 3,
    generation: 0,
    amountCentavos: AMOUNT_CENTAVOS,
    source: kind === "payout" ? "custody" : null,
    payee: kind === "payout" ? "seller" : null,
    carried: carriedIn(kind, state),
    enteredAtMs: NOW_MS - MINUTE_MS,
    deadlineAtMs: NOW_MS + HOUR_MS,
    reason: null,
    ...changes,
  };
}

export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    nowMs: NOW_MS,
    terms: {
      amountCentavos: AMOUNT_CENTAVOS,
      custodyEndMs: NOW_MS + HOUR_MS,
      expiresAtMs: NOW_MS + HOUR_MS,
      held: false,
    },
    siblings: [],
    attempts: [],
    ownTransactions: [],
    chain: [],
    bank: [],
    candidates: [],
    rivals: 0,
    turn: 0,
    claims: { speiDeposit: null, issuance: null, refund: null, payoutReturn: null },
    strayDebitId: null,
    unsettled: 0,
    bankReadSinceMs: null,
    accountKnown: true,
    screening: null,
    depositRefunded: false,
    settledHead: 100n,
    chainTimeMs: NOW_MS,
    bridge: BRIDGE,
    junoWallet: JUNO_WALLET,
    escrowContract: ESCROW_CONTRACT,
    guards: { killed: false, staleFacts: false, bankUnread: false },
    ruling: null,
    keyLifetimeMs: KEY_LIFETIME_MS,
    askBankEveryMs: ASK_BANK_EVERY_MS,
    ...changes,
  };
}

export const custodyEnded = { ...facts().terms, custodyEndMs: NOW_MS - 1 };

/** A log of our escrow from our own transaction, at the soft head and not yet settled. */
export function escrowLog(kind: string, changes: Partial<ChainFact> = {}): ChainFact {
  return {
    key: `31337:escrow:0xaa:${kind}:1`,
    kind,
    contract: "escrow",
    txHash: "0xaa",
    blockNumber: 90n,
    blockHash: "0xb90",
    escrowId: "7",
    from: null,
    to: null,
    amountBaseUnits: null,
    soft: true,
    settled: false,
    ours: true,
    current: true,
    ...changes,
  };
}

/** An MXNB Transfer of exactly the leg's amount in the same transaction. */
export function transferLog(from: string, to: string, changes: Partial<ChainFact> = {}): ChainFact {
  const amountBaseUnits = AMOUNT_BASE_UNITS;
  return escrowLog("Transfer", { contract: "token", escrowId: null, from, to, amountBaseUnits, ...changes });
}

export function bankRow(type: BankFact["type"], id: string, changes: Partial<BankFact> = {}): BankFact {
  return {
    id,
    type,
    status: "COMPLETE",
    amountBaseUnits: AMOUNT_BASE_UNITS,
    txHash: null,
    refunded: false,
    createdAtMs: NOW_MS - MINUTE_MS,
    ...changes,
  };
}

/** The first order of an action, sent ten seconds ago, its answer not stored. */
export function attempt(action: SendAction, changes: Partial<Attempt> = {}): Attempt {
  return {
    id: 11,
    action,
    number: 1,
    outcome: "pending",
    outsideId: null,
    when: null,
    reason: null,
    sentAtMs: NOW_MS - 10_000,
    closedAtMs: null,
    ...changes,
  };
}

export function accepted(action: SendAction, outsideId: string): Attempt {
  return attempt(action, { outcome: "done", outsideId, closedAtMs: NOW_MS - 9_000 });
}

export function refused(action: SendAction, when: "never" | "not_now", reason: string): Attempt {
  return attempt(action, { outcome: "refused", when, reason, closedAtMs: NOW_MS - 9_000 });
}

export function ownTransaction(action: ChainSend, changes: Partial<OwnTransaction> = {}): OwnTransaction {
  return { action, generation: 0, hash: "0xaa", reverted: false, ...changes };
}
