import type { LegKind } from "./leg.ts";
import type { ChainSend, SendAction } from "./table.ts";

/** What both parties agreed, frozen when the payment was created. */
export type Terms = Readonly<{
  amountCentavos: bigint;
  custodyEndMs: number;
  expiresAtMs: number;
  /** Buyer and seller accounts are not here: deciding needs no personal data. */
  held: boolean;
}>;

/** One order and its key, stored before it was sent; `pending` is an answer not yet stored, which a reader must treat as unknown. */
export type Attempt = Readonly<{
  id: number;
  action: SendAction;
  number: number;
  outcome: "pending" | "done" | "refused" | "unknown";
  /** The bank's own id of what it accepted; only with `done`. */
  outsideId: string | null;
  /** Only with `refused`: `never` is definite if this was the key's only attempt; `not_now` waits under the same key. */
  when: "never" | "not_now" | null;
  reason: string | null;
  sentAtMs: number;
  closedAtMs: number | null;
}>;

/** One of our own transactions, known by its hash before it was sent. Bumps share action, generation and nonce. */
export type OwnTransaction = Readonly<{
  action: ChainSend;
  generation: number;
  /** Null between the reservation of its nonce and its signature. */
  hash: string | null;
  /** Its receipt says so at the settled head. */
  reverted: boolean;
}>;

/** One indexed log, as the chain shows it now. `soft` and `settled` are the two heads of DESIGN 3. */
export type ChainFact = Readonly<{
  key: string;
  kind: string;
  contract: "escrow" | "token";
  txHash: string;
  blockNumber: bigint;
  blockHash: string;
  escrowId: string | null;
  from: string | null;
  to: string | null;
  amountBaseUnits: bigint | null;
  soft: boolean;
  /** The block's hash was read from the chain at or below the settled head, and it is this log's. */
  settled: boolean;
  /** Its transaction is one of this leg's own. */
  ours: boolean;
  /** And of the leg's current generation. */
  current: boolean;
}>;

/** One transaction of the bank's list, in its latest seen version. */
export type BankFact = Readonly<{
  id: string;
  type: "ISSUANCE" | "REDEMPTION" | "CRYPTO_DEPOSIT" | "CRYPTO_WITHDRAWAL" | "CONVERSION";
  status: "PENDING" | "IN_PROGRESS" | "COMPLETE" | "FAILED";
  amountBaseUnits: bigint;
  txHash: string | null;
  refunded: boolean;
  createdAtMs: number;
}>;

/** Outside ids that this leg claimed, or may claim because nobody did and they fit. */
export type Claims = Readonly<{
  speiDeposit: string | null;
  issuance: string | null;
  refund: string | null;
  /** Our own paid-out SPEI, back as a deposit. */
  payoutReturn: string | null;
}>;

/**
 * What the configured check of names and sanctions last said of a payout to its account in force. `awaited`: nothing that
 * counts, because it was not asked, gave no answer that we understand, or cleared it too long ago.
 */
export type Screening = Readonly<{
  verdict: "awaited" | "hold" | "clear" | "refuse";
  /** The checker's own name for the case. */
  reference: string | null;
}>;

export type Facts = Readonly<{
  nowMs: number;
  terms: Terms;
  siblings: readonly Readonly<{ kind: LegKind; state: string; carried: Readonly<Record<string, string>> }>[];
  /** Of the leg's current generation, oldest first. */
  attempts: readonly Attempt[];
  ownTransactions: readonly OwnTransaction[];
  chain: readonly ChainFact[];
  /** Bank transactions that this leg's attempts, claims or chain transactions name. */
  bank: readonly BankFact[];
  /** Unclaimed bank transactions equal in type, amount and destination to this leg's unknown attempt. */
  candidates: readonly BankFact[];
  /** Other legs' open attempts of the same action and amount: candidates are judged as a group (DESIGN 6, rule 5). */
  rivals: number;
  /** How many of the rivals were sent before this leg's: settled together, each takes another of the candidates. */
  turn: number;
  claims: Claims;
  /** The bank's id of a debit like the order that this leg would send now or next, which no order of ours explains; null for none. */
  strayDebitId: string | null;
  /** How many of the Transfers that this leg has consumed are not settled yet, or have vanished. */
  unsettled: number;
  /** Start of the newest complete reading of the bank's lists, unix ms; null before the first. */
  bankReadSinceMs: number | null;
  /** Of a payout: somebody has said to which account its payee is paid. */
  accountKnown: boolean;
  /** Of a payout that is ready; null where no check is configured. */
  screening: Screening | null;
  /** The bank said that the SPEI deposit this leg saw went back to its sender. */
  depositRefunded: boolean;
  /** The settled head's height; null while the chain does not tell one. */
  settledHead: bigint | null;
  /** Time of the newest indexed block, unix ms. */
  chainTimeMs: number | null;
  bridge: string;
  junoWallet: string;
  escrowContract: string;
  guards: Readonly<{
    killed: boolean;
    staleFacts: boolean;
    /** The reactor that asks has not read the bank whole since its own start. */
    bankUnread: boolean;
  }>;
  /** A person's recorded decision on this leg, not yet carried out. */
  ruling: "dispute" | "seller" | "buyer" | "cancel" | "release" | "over_ceiling" | null;
  /** The bank's own key lifetime, ms: past it an unknown key is never sent again. */
  keyLifetimeMs: number;
  /** How long a leg that waits for the bank lets pass before it asks by itself; webhooks are faster. */
  askBankEveryMs: number;
}>;
