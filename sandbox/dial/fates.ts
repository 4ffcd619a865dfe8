import type { Fate, TransactionType } from "../books/records.ts";
import type { Fault, FaultKind } from "./fault.ts";

export type FateRow = { types: readonly TransactionType[]; fate: (fault: Fault) => Fate };

const EVERY_TYPE = ["ISSUANCE", "REDEMPTION", "CRYPTO_WITHDRAWAL", "CRYPTO_DEPOSIT"] as const;
const DEBITS = ["REDEMPTION", "CRYPTO_WITHDRAWAL"] as const;

/** Faults of a whole order: drawn when it is accepted, kept in the journal with it. */
export const FATES = {
  "mint-late": { types: ["ISSUANCE"], fate: ({ ms }) => ({ settleAfterMs: ms }) },
  "mint-never": { types: ["ISSUANCE"], fate: () => ({ neverSettles: true }) },
  "fail-with-refund": { types: DEBITS, fate: () => ({ failsAfterInProgress: "with_refund" }) },
  "fail-without-refund": { types: DEBITS, fate: () => ({ failsAfterInProgress: "without_refund" }) },
  "return-payout": { types: ["REDEMPTION"], fate: ({ ms }) => ({ returnedAfterMs: ms }) },
  "execute-key-twice": { types: DEBITS, fate: () => ({ executedTwice: true }) },
  "webhook-before-reply": { types: EVERY_TYPE, fate: () => ({ webhooks: "before_reply" }) },
  "webhook-twice": { types: EVERY_TYPE, fate: () => ({ webhooks: "twice" }) },
  "webhook-out-of-order": { types: EVERY_TYPE, fate: () => ({ webhooks: "out_of_order" }) },
  "webhook-never": { types: EVERY_TYPE, fate: () => ({ webhooks: "never" }) },
} as const satisfies Partial<Record<FaultKind, FateRow>>;
