import { z } from "@hono/zod-openapi";
import { RELEASE_BY } from "../../payments/releaseBy.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { amount, clabe, emailAddress, fields, flag, line, moment, payableClabe, prose, wholeNumber } from "./fields.ts";
import { givenAccount } from "./givenAccount.ts";

/**
 * The longest custody, days. The contract refuses a deadline beyond 730 days (MAX_CUSTODY), counted from the block that
 * creates the escrow; ours is far within it, so that no payment that was accepted can be refused there.
 */
export const LONGEST_CUSTODY_DAYS = 180;

/** Payouts of one payment beside the seller's. */
const MOST_COMMISSIONS = 10;

/** Numbers above this are left to the database's own sequence, which must never run out. */
export const LARGEST_PAYMENT_ID = 999_999_999;

/** Of the two exactly one is given. */
export const custodyEnd = {
  custody_end: moment().optional().openapi({ type: "string", format: "date-time" }),
  custody_days: wholeNumber(1, LONGEST_CUSTODY_DAYS).optional(),
};

const NOTICED = "Told by mail of the deposit, custody, payout and a return, where a mail server is configured";

export const LONGEST_CUSTOMER_ID = 100;

/** `POST /api/payments`, named as the client's tables name things. */
export const paymentRequest = fields({
  amount: amount().openapi({ type: "string", example: "15000.00", description: "MXN" }),
  payer: fields({
    id: line(LONGEST_CUSTOMER_ID).openapi({
      example: "cliente-81",
      description: "The customer. One deposit CLABE for ever.",
    }),
    name: line(200).openapi({ example: "Compradora de Prueba" }),
    refund_clabe: payableClabe().optional(),
    email: emailAddress().optional().openapi({ description: NOTICED }),
  }),
  recipient: fields({
    legal_name: line(200).openapi({ example: "Vendedora de Prueba SA de CV" }),
    email: emailAddress().optional().openapi({ description: NOTICED }),
  }),
  payout_clabe: payableClabe().openapi({ example: "002115016003269411" }),
  deposit_clabe: clabe().optional(),
  ...custodyEnd,
  custody_amount: amount().optional().openapi({
    type: "string",
    example: "12000.00",
    description:
      "The part that is held. The rest is paid as soon as the deposit is issued. Left out: all that no commission takes before",
  }),
  release_by: z
    .enum(RELEASE_BY, "not_accepted" satisfies FieldProblem)
    .optional()
    .openapi({
      description:
        "Who may end custody before its end. `operator`, when left out: two persons of ours. `both_approvals`: nobody until buyer and seller have each approved",
    }),
  commissions: z
    .array(
      fields({
        role: z.enum(["platform", "broker"], "not_accepted" satisfies FieldProblem),
        amount: amount().openapi({ type: "string", example: "300.00" }),
        ...givenAccount,
        paid_from: z
          .enum(["deposit", "custody"], "not_accepted" satisfies FieldProblem)
          .optional()
          .openapi({
            description:
              "`deposit`, when left out: at once. `custody`: when custody is over, and never if the buyer wins",
          }),
      }),
    )
    .max(MOST_COMMISSIONS, "too_many" satisfies FieldProblem)
    .optional()
    .openapi({ description: "What goes off the seller's part; each is a payout of its own" }),
  external_id: line(100).optional().openapi({ description: "Unique; its repeat answers the same payment." }),
  description: prose(500).optional(),
  conditions: prose(2_000).optional(),
  id: wholeNumber(1, LARGEST_PAYMENT_ID).optional().openapi({ description: "Only for imports." }),
  allow_same_amount: flag().optional(),
}).openapi("PaymentRequest", {
  example: {
    amount: "15000.00",
    payer: { id: "cliente-81", name: "Compradora de Prueba" },
    recipient: { legal_name: "Vendedora de Prueba SA de CV" },
    payout_clabe: "002115016003269411",
    custody_days: 5,
    external_id: "pedido-1001",
  },
});

export type PaymentRequest = z.output<typeof paymentRequest>;
