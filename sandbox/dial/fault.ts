import { z } from "zod";

export const faultKind = z.enum([
  "slow",
  "429",
  "420",
  "401-by-nonce",
  "refuse-below-minimum",
  "drop-before-accepting",
  "accept-then-drop-reply",
  "500-after-accepting",
  "refuse-after-accepting",
  "malformed-json",
  "truncated-json",
  "unknown-status-word",
  "status-goes-backwards",
  "webhook-before-reply",
  "webhook-twice",
  "webhook-out-of-order",
  "webhook-never",
  "fail-with-refund",
  "fail-without-refund",
  "return-payout",
  "mint-late",
  "mint-never",
  "execute-key-twice",
]);
export type FaultKind = z.output<typeof faultKind>;

/** One fault, as POST /sandbox/dial takes it. */
export const fault = z.strictObject({
  kind: faultKind,
  /**
   * `POST /mint_platform/v1/redemptions`, or `*`; for what nobody ordered here, `CRYPTO_DEPOSIT` (it arrives by chain) and
   * `POST /sandbox/deposits` (a buyer paid), which meet the faults of whole orders only.
   */
  endpoint: z.string().default("*"),
  /** Decimal pesos: it waits for an order of this amount; of any, when left out. */
  amount: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,2})?$/)
    .optional(),
  /** How often it strikes before it is used up. */
  times: z.number().int().min(1).default(1),
  /** slow, mint-late: how long. return-payout: how long after COMPLETE. 429, 420: how long everything stays locked out. */
  ms: z.number().int().min(0).max(3_600_000).default(0),
  /** refuse-below-minimum: the minimum in pesos. */
  minimum: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,2})?$/)
    .default("100.00"),
  /** unknown-status-word: the word. */
  word: z.string().default("ON_REVIEW"),
});
export type Fault = z.output<typeof fault>;
