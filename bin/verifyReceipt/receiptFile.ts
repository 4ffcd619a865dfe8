import { z } from "zod";

/*
 * A receipt as a stranger reads it. Written from the document of the API and not from the program that makes it, so that
 * what is wrong there is not wrong here in the same way.
 */

const lower = z.string().transform((text) => text.toLowerCase());
const hash = lower.pipe(z.string().regex(/^0x[0-9a-f]{64}$/));
const address = lower.pipe(z.string().regex(/^0x[0-9a-f]{40}$/));
const whole = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt);
const pesos = z
  .string()
  .regex(/^-?\d{1,15}\.\d{2}$/)
  .transform((text) => BigInt(text.replace(".", "")));

const chainProof = z.object({
  kind: z.literal("chain_log"),
  transaction_hash: hash,
  block_number: whole,
  block_hash: hash,
  log_index: z.int().nonnegative(),
  contract: address,
  event: z.string(),
  from: address.nullable(),
  to: address.nullable(),
  escrow_id: whole.nullable(),
  amount_base_units: whole.nullable(),
});

const proof = z.discriminatedUnion("kind", [
  chainProof,
  z.object({ kind: z.literal("chain_log_not_shown"), transaction_hash: hash }),
  z.object({ kind: z.literal("spei_deposit"), deposit_id: z.string() }),
  z.object({ kind: z.literal("bank_transaction"), transaction_id: z.string(), type: z.string() }),
  z.object({ kind: z.literal("bank_refund"), refund_id: z.string() }),
]);

const movement = z.object({
  step: z.string(),
  at: z.iso.datetime({ offset: true }).nullable(),
  amount: pesos.nullable(),
  given_back: z.boolean(),
  proof,
});

/** Amounts in centavos, those of the chain in base units. */
export const receiptFile = z.object({
  version: z.literal("kustodia.receipt.1"),
  payment: z.object({ id: z.int(), status: z.string(), amount: pesos }),
  chain: z.object({
    chain_id: z.int(),
    mxnb: address,
    escrow_contract: address,
    bridge_wallet: address,
    juno_wallet: address,
  }),
  legs: z.array(z.object({ leg: z.string(), amount: pesos, state: z.string(), movements: z.array(movement) })),
  hash_chain: z.object({ position: z.int(), hash: z.string() }).nullable(),
});

export type ReceiptFile = z.output<typeof receiptFile>;
export type ReceiptLeg = ReceiptFile["legs"][number];
export type ReceiptMovement = ReceiptLeg["movements"][number];
export type ChainProof = z.output<typeof chainProof>;
