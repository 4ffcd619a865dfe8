import type { Facts } from "../../reactor/payments/facts.ts";
import type { LegKind, OutcomeIn, StateOf } from "../../reactor/payments/leg.ts";
import {
  accepted,
  BRIDGE,
  bankRow,
  custodyEnded,
  ESCROW_CONTRACT,
  escrowLog,
  facts,
  JUNO_WALLET,
  NOW_MS,
  ownTransaction,
  refused,
  transferLog,
} from "./knownFacts.ts";

/** Facts that suffice for each outcome that a row names. An outcome of the tables without its proof here does not compile. */
type Proofs = {
  readonly [K in LegKind]: { readonly [S in StateOf<K>]: Readonly<Record<OutcomeIn<K, S>, Proof>> };
};
type Proof = Facts | "by a person" | Readonly<{ generation: number; known: Facts }>;

const noClaims = facts().claims;
const hash = "0xaa";
const reverted = (action: Parameters<typeof ownTransaction>[0]) =>
  facts({ ownTransactions: [ownTransaction(action, { reverted: true })] });
const actedByHand = facts({ chain: [escrowLog("EscrowReleased", { ours: false, txHash: "0xff" })] });
const sibling = (kind: LegKind, state: string, carried: Readonly<Record<string, string>> = {}) => ({
  siblings: [{ kind, state, carried }],
});
const into = transferLog(BRIDGE, ESCROW_CONTRACT);
const outOf = transferLog(ESCROW_CONTRACT, BRIDGE);
const back = transferLog(BRIDGE, JUNO_WALLET);

export const proofs: Proofs = {
  deposit: {
    awaiting: {
      deposit_seen: facts({ claims: { ...noClaims, speiDeposit: "fid-1" } }),
      issuance_claimed: facts({ claims: { ...noClaims, issuance: "issuance-1" } }),
      cancelled: facts({ ruling: "cancel" }),
      expired: facts({ terms: { ...facts().terms, expiresAtMs: NOW_MS }, bankReadSinceMs: NOW_MS }),
    },
    seen: {
      issuance_claimed: facts({ claims: { ...noClaims, speiDeposit: "fid-1", issuance: "issuance-1" } }),
      deposit_refunded: facts({ depositRefunded: true }),
    },
    issuing: {
      issued: facts({ bank: [bankRow("ISSUANCE", "issuance-1")] }),
      issuance_failed: facts({ bank: [bankRow("ISSUANCE", "issuance-1", { status: "FAILED" })] }),
    },
    issued: {
      refunded_later: facts({ bank: [bankRow("ISSUANCE", "issuance-1", { refunded: true })] }),
      covered: "by a person",
    },
    covered: {},
    expired: {},
    cancelled: {},
  },
  custody: {
    waiting: { deposit_issued: facts(sibling("deposit", "issued")) },
    withdrawing: {
      bridged: facts({
        attempts: [accepted("withdraw", "withdrawal-1")],
        bank: [bankRow("CRYPTO_WITHDRAWAL", "withdrawal-1", { txHash: hash })],
        chain: [transferLog(JUNO_WALLET, BRIDGE, { ours: false })],
      }),
      failed: facts({
        attempts: [accepted("withdraw", "withdrawal-1")],
        bank: [bankRow("CRYPTO_WITHDRAWAL", "withdrawal-1", { status: "FAILED" })],
      }),
      refused: facts({ attempts: [refused("withdraw", "never", "invalid")] }),
      perhaps_done: facts({ strayDebitId: "withdrawal-9" }),
    },
    failed_withdrawal: {
      refund_claimed: facts({ claims: { ...noClaims, refund: "refund-1" } }),
      failed_too_often: { generation: 3, known: facts({ claims: { ...noClaims, refund: "refund-1" } }) },
    },
    bridged: {
      created_and_funded: facts({ chain: [escrowLog("EscrowCreated"), escrowLog("EscrowFunded"), into] }),
      created_only: facts({ chain: [escrowLog("EscrowCreated")] }),
      reverted: reverted("createEscrow"),
    },
    funding: {
      funded: facts({ chain: [escrowLog("EscrowFunded"), into] }),
      foreign_event: actedByHand,
      reverted: reverted("fundEscrow"),
    },
    securing: {
      settled: facts({ chain: [escrowLog("EscrowFunded", { settled: true })] }),
      foreign_event: actedByHand,
    },
    active: {
      due: facts({ terms: custodyEnded }),
      extended: "by a person",
      dispute_opened: facts({ ruling: "dispute" }),
      foreign_event: actedByHand,
    },
    disputing: {
      disputed: facts({ chain: [escrowLog("EscrowDisputed")] }),
      foreign_event: actedByHand,
      reverted: reverted("dispute"),
    },
    disputed: {
      ruled_for_seller: facts({ ruling: "seller" }),
      ruled_for_buyer: facts({ ruling: "buyer" }),
      foreign_event: actedByHand,
    },
    resolving: {
      resolved: facts({ chain: [escrowLog("EscrowDisputeResolved")] }),
      foreign_event: actedByHand,
      reverted: reverted("resolveForSeller"),
    },
    cancelling: {
      cancelled: facts({ chain: [escrowLog("EscrowDisputeResolved"), outOf] }),
      foreign_event: actedByHand,
      reverted: reverted("resolveForBuyer"),
    },
    releasing: {
      released: facts({ chain: [escrowLog("EscrowReleased"), outOf] }),
      foreign_event: actedByHand,
      reverted: reverted("release"),
    },
    returning: { returned: facts({ chain: [back] }), reverted: reverted("returnToJuno") },
    crediting: {
      credited: facts({
        chain: [{ ...back, settled: true }],
        bank: [bankRow("CRYPTO_DEPOSIT", "credit-1", { txHash: hash })],
      }),
    },
    returned: {},
  },
  payout: {
    waiting: {
      funds_there: facts(sibling("custody", "returned", { ruling: "seller" })),
      ruled_for_buyer: facts(sibling("custody", "returned", { ruling: "buyer" })),
      account_corrected: "by a person",
    },
    account: {
      registered: facts({ attempts: [accepted("registerAccount", "account-1")] }),
      refused: facts({ attempts: [refused("registerAccount", "never", "invalid_clabe")] }),
      account_corrected: "by a person",
    },
    ready: {
      cleared: facts(),
      screening_refused: facts({ screening: { verdict: "refuse", reference: "caso-7" } }),
      account_corrected: "by a person",
    },
    redeeming: {
      accepted: facts({ attempts: [accepted("redeem", "redemption-1")] }),
      refused: facts({ attempts: [refused("redeem", "never", "invalid")] }),
      perhaps_done: facts({ strayDebitId: "redemption-9" }),
    },
    paying: {
      paid: facts({ bank: [bankRow("REDEMPTION", "redemption-1")] }),
      failed: facts({ bank: [bankRow("REDEMPTION", "redemption-1", { status: "FAILED" })] }),
    },
    failed: { refund_claimed: facts({ claims: { ...noClaims, refund: "refund-1" } }) },
    paid: { came_back: facts({ claims: { ...noClaims, payoutReturn: "fid-9" } }) },
    bounced: { account_corrected: "by a person" },
  },
};

/** Every proof as one row: kind, state, outcome and the facts that suffice. */
export const everyProof = Object.entries(proofs).flatMap(([kind, states]) =>
  Object.entries(states).flatMap(([state, outcomes]) =>
    Object.entries<Proof>(outcomes).flatMap(([outcome, proof]) => {
      if (proof === "by a person") return [];
      const { generation, known } = "known" in proof ? proof : { generation: 0, known: proof };
      return [{ kind: kind as LegKind, state, outcome, generation, known }];
    }),
  ),
);
