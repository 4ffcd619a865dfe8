import { z } from "@hono/zod-openapi";
import { PAYEES } from "../../payments/payee.ts";
import type { Step } from "../../payments/steps.ts";
import { steps } from "../../payments/steps.ts";

const inMexico = z.iso.datetime({ offset: true }).openapi({
  description: "In the time of Mexico City, to the second",
  example: "2026-11-22T13:05:09-06:00",
});
const pesos = z.string().openapi({ example: "15000.00" });
const hash = z.string().openapi({ example: `0x${"1f".repeat(32)}` });
const address = z.string().openapi({ example: `0x${"2e".repeat(20)}` });

const bank = z
  .object({ code: z.string(), name: z.string().nullable() })
  .openapi({ example: { code: "710", name: "NVIO Pagos México" } });

/** What Banxico's CEP page asks for. */
const cep = z
  .object({
    page: z.url(),
    date: z.iso.date(),
    amount: pesos,
    clave_rastreo: z.string().nullable(),
    sending_bank: bank.nullable(),
    receiving_bank: bank,
    beneficiary_clabe: z.string().openapi({ description: "Its last four digits for whom it is masked" }),
    missing: z.array(z.enum(["clave_rastreo", "sending_bank", "beneficiary_clabe"])).openapi({
      description: "What the bank does not tell, or this reader is not shown; empty when it is ready to use",
    }),
  })
  .openapi("CepLookup", { description: "What Banxico's page for the comprobante electrónico de pago asks for" });

const spei = z
  .object({
    kind: z.literal("spei_deposit"),
    deposit_id: z.string(),
    status: z.string(),
    cep,
  })
  .openapi("SpeiProof");

const bankTransaction = z
  .object({
    kind: z.literal("bank_transaction"),
    transaction_id: z.string(),
    type: z.string(),
    status: z.string(),
    /** Of a redemption, which is a SPEI payout. */
    cep: cep.optional(),
  })
  .openapi("BankProof");

const bankRefund = z
  .object({ kind: z.literal("bank_refund"), refund_id: z.string(), refund_of: z.string().nullable() })
  .openapi("RefundProof");

const chainLog = z
  .object({
    kind: z.literal("chain_log"),
    transaction_hash: hash,
    block_number: z.string(),
    block_hash: hash,
    log_index: z.int(),
    contract: address,
    event: z.string().openapi({ example: "Transfer" }),
    from: address.nullable(),
    to: address.nullable(),
    escrow_id: z.string().nullable(),
    amount_base_units: z.string().nullable().openapi({ description: "MXNB has six decimals: 10,000 are one centavo" }),
    settled: z.boolean().openapi({ description: "Its block is one that the chain does not take back" }),
  })
  .openapi("ChainProof");

const notShown = z
  .object({ kind: z.literal("chain_log_not_shown"), transaction_hash: hash })
  .openapi("ChainProofNotShown");

const proofView = z.discriminatedUnion("kind", [spei, bankTransaction, bankRefund, chainLog, notShown]);

const movementView = z
  .object({
    step: z.enum(Object.keys(steps) as [Step, ...Step[]]),
    es: z.string(),
    en: z.string(),
    at: inMexico.nullable(),
    amount: pesos.nullable().openapi({ description: "Null for what moves no money" }),
    given_back: z
      .boolean()
      .openapi({ description: "The bank gave it back to its sender: this payment does not have it" }),
    proof: proofView,
  })
  .openapi("ReceiptMovement");

const words = z.object({ es: z.string(), en: z.string() });

export const receiptView = z
  .object({
    version: z.literal("kustodia.receipt.1"),
    issued_at: inMexico,
    payment: z.object({
      id: z.int(),
      external_id: z.string().nullable(),
      status: z.string(),
      amount: pesos,
      amount_due: pesos,
      currency: z.literal("MXN"),
      created_at: inMexico,
      custody_end: inMexico,
    }),
    parties: z
      .object({
        buyer: z.object({ name: z.string().nullable(), deposit_clabe: z.string() }),
        seller: z.object({ name: z.string().nullable() }),
      })
      .openapi({ description: "Names by their first letters; null once erased" }),
    chain: z.object({
      chain_id: z.int(),
      mxnb: address,
      escrow_contract: address,
      bridge_wallet: address,
      juno_wallet: address,
    }),
    legs: z.array(
      z.object({
        leg: z.enum(["deposit", "custody", "payout"]),
        amount: pesos,
        state: z.string(),
        state_es: z.string(),
        state_en: z.string(),
        beneficiary: z
          .object({
            payee: z.enum(PAYEES).nullable(),
            name: z.string().nullable(),
            clabe: z.string().nullable(),
            bank: bank.nullable(),
          })
          .nullable()
          .openapi({ description: "Of a payout" }),
        movements: z.array(movementView),
      }),
    ),
    pending: z.array(words).openapi({ description: "What is not there yet; empty when the payment is over" }),
    hash_chain: z
      .object({ position: z.int(), hash: z.string() })
      .nullable()
      .openapi({ description: "The last sealed entry of the payment's history; null before the first" }),
  })
  .openapi("Receipt");

export type ReceiptView = z.infer<typeof receiptView>;
export type Cep = z.infer<typeof cep>;
export type Proof = z.infer<typeof proofView>;
export type Movement = z.infer<typeof movementView>;
