import type { Address, Hex } from "viem";

/** How long the bank takes, in ms. */
export type Delays = {
  /** From a SPEI deposit to the start of its mint. */
  mintMs: number;
  /** From an accepted withdrawal to IN_PROGRESS. */
  withdrawalMs: number;
  /** From an accepted redemption to its burn. */
  redemptionMs: number;
  /** From a failed withdrawal or redemption to the entry that gives the money back. */
  refundMs: number;
  /** Between two readings of the chain. */
  chainPollMs: number;
  /** Before a webhook's second attempt; doubles with each further one. */
  webhookRetryMs: number;
};

/** What the bank insists on. */
export type Rules = {
  /** Blocks on top, the deposit's own included, before an MXNB transfer to JUNO_WALLET is credited. */
  confirmations: number;
  requestsPerMinute: number;
  lockoutMs: number;
  /** Withdrawals from here on need `compliance.travel_rule`: 1,000 EUR, in centavos of MXN. */
  travelRuleCentavos: bigint;
};

export const DEFAULT_DELAYS: Delays = {
  mintMs: 200,
  withdrawalMs: 50,
  redemptionMs: 100,
  refundMs: 200,
  chainPollMs: 150,
  webhookRetryMs: 250,
};

export const DEFAULT_RULES: Rules = {
  confirmations: 1,
  requestsPerMinute: 300,
  lockoutMs: 60_000,
  travelRuleCentavos: 2_000_000n,
};

export type SandboxOptions = {
  /** 0 takes a free port. */
  port: number;
  host?: string;
  rpcUrl: string;
  /** The MXNB token; the key below must be a minter there. */
  mxnb: Address;
  /** Key of JUNO_WALLET, the bank's custody wallet. No other program may sign with it. */
  junoWalletPrivateKey: Hex;
  /** API key → secret. All belong to the one account. */
  apiKeys: Readonly<Record<string, string>>;
  /** Where the books are kept; in memory only when left out. */
  journalPath?: string | undefined;
  /** When given, a mock deposit must name it as sender and receiver, as stage demands. */
  businessName?: string | undefined;
  delays?: Partial<Delays>;
  rules?: Partial<Rules>;
  /** Unix time in ms. */
  now?: () => number;
  /** Random bytes. */
  random?: (bytes: number) => Uint8Array;
};
