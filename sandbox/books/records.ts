import type { Hex } from "viem";
import { z } from "zod";

/** Bigints stand in the journal as decimal strings. */
const bigint = z.string().regex(/^\d+$/).transform(BigInt);
const hex = z.templateLiteral(["0x", z.string()]) satisfies z.ZodType<Hex>;

export const transactionStatus = z.enum(["PENDING", "IN_PROGRESS", "COMPLETE", "FAILED"]);
export type TransactionStatus = z.output<typeof transactionStatus>;

/** What was ordered, by type. */
const order = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("ISSUANCE"),
    fid: z.string(),
    receiverClabe: z.string(),
    senderName: z.string(),
    senderClabe: z.string(),
    trackingKey: z.string(),
  }),
  z.object({ type: z.literal("REDEMPTION"), bankAccountId: z.string(), clabe: z.string(), beneficiary: z.string() }),
  z.object({ type: z.literal("CRYPTO_WITHDRAWAL"), address: hex }),
  /** `ordinal`: which of that transaction's transfers to the bank it is; unlike a log index it survives a reorg. */
  z.object({
    type: z.literal("CRYPTO_DEPOSIT"),
    hash: hex,
    ordinal: z.number(),
    sender: hex,
    blockNumber: bigint,
  }),
]);
export type Order = z.output<typeof order>;
export type TransactionType = Order["type"];

/** What the dial has in store for this order, drawn when it was accepted so that a restart does not change it. */
const fate = z.object({
  settleAfterMs: z.number().optional(),
  neverSettles: z.literal(true).optional(),
  failsAfterInProgress: z.enum(["with_refund", "without_refund"]).optional(),
  returnedAfterMs: z.number().optional(),
  webhooks: z.enum(["before_reply", "twice", "out_of_order", "never"]).optional(),
  executedTwice: z.literal(true).optional(),
});
export type Fate = z.output<typeof fate>;

export const signedCall = z.object({ nonce: z.number(), hash: hex, raw: hex });
export type SignedCall = z.output<typeof signedCall>;

export const timelineStep = z.object({ step: z.string(), at: z.number(), receipt: z.string() });

/** `due`: the money of a failed order will be given back; `paid`: it was. */
export const refund = z.enum(["none", "due", "paid"]);

export const transaction = z.object({
  id: z.string(),
  order,
  status: transactionStatus,
  amountBaseUnits: bigint,
  fate,
  idempotency: z.object({ scope: z.string(), key: z.string(), fingerprint: z.string() }).optional(),
  failure: z.string().optional(),
  refund,
  /** Stored before it is broadcast: a restart broadcasts the same bytes and never signs a second call. */
  signed: signedCall.optional(),
  timeline: z.array(timelineStep),
  /** Unix ms. */
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Transaction = z.output<typeof transaction>;

export const speiIn = z.object({
  fid: z.string(),
  depositId: z.string(),
  receiverClabe: z.string(),
  receiverName: z.string(),
  senderClabe: z.string(),
  senderName: z.string(),
  amountCentavos: bigint,
  trackingKey: z.string(),
  /** The outgoing SPEI that this one brings back. */
  returnOf: z.string().optional(),
  createdAt: z.number(),
});
export type SpeiIn = z.output<typeof speiIn>;

export const speiOut = z.object({
  id: z.string(),
  kind: z.enum(["payout", "issuance_refund"]),
  transactionId: z.string(),
  /** Clave de rastreo. */
  trackingKey: z.string(),
  clabe: z.string(),
  beneficiary: z.string(),
  amountCentavos: bigint,
  createdAt: z.number(),
});
export type SpeiOut = z.output<typeof speiOut>;

/** A failed withdrawal or redemption given back to the account. */
export const refundEntry = z.object({
  id: z.string(),
  transactionId: z.string(),
  createdAt: z.number(),
});
export type RefundEntry = z.output<typeof refundEntry>;

export const bankAccount = z.object({
  id: z.string(),
  tag: z.string(),
  recipientLegalName: z.string(),
  clabe: z.string(),
  ownership: z.enum(["COMPANY_OWNED", "THIRD_PARTY"]),
});
export type BankAccount = z.output<typeof bankAccount>;

export const clabeRecord = z.object({ clabe: z.string(), createdAt: z.number() });
export type ClabeRecord = z.output<typeof clabeRecord>;

export const webhookRegistration = z.object({ id: z.number(), callbackUrl: z.string() });
export type WebhookRegistration = z.output<typeof webhookRegistration>;

/** The chain these books belong to, and what JUNO_WALLET held when they were opened. */
export const opening = z.object({
  genesisHash: hex,
  blockNumber: bigint,
  balanceBaseUnits: bigint,
});
export type Opening = z.output<typeof opening>;
