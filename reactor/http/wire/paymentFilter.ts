import { z } from "@hono/zod-openapi";
import { type AnyState, type LegKind, tables } from "../../payments/leg.ts";
import type { PaymentStatus } from "../../payments/status.ts";
import type { PaymentFilter } from "../../store/findPayments.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { amount, clabe, fields, line, moment } from "./fields.ts";
import { newestFirst } from "./paging.ts";
import { LARGEST_PAYMENT_ID } from "./paymentRequest.ts";

const STATUSES = [
  "pending",
  "processing",
  "active",
  "disputed",
  "completed",
  "refunded",
  "cancelled",
  "expired",
  "review",
] as const satisfies readonly PaymentStatus[];

/** `custody.active`, `payout.review`: a leg's kind and its state. */
const LEG_STATES = Object.entries(tables).flatMap(([kind, rows]) =>
  [...Object.keys(rows), "review"].map((state) => `${kind}.${state}`),
);

const LONGEST_TEXT = 100;
const dateTime = { type: "string", format: "date-time" } as const;

/** `GET /api/payments`: what is given must all hold. */
export const paymentQuery = fields({
  ...newestFirst(LARGEST_PAYMENT_ID),
  status: z.enum(STATUSES, "unknown_status" satisfies FieldProblem).optional(),
  state: z
    .enum(LEG_STATES, "unknown_leg_state" satisfies FieldProblem)
    .optional()
    .openapi({ description: "One of its legs is in it", example: "custody.active" }),
  clabe: clabe().optional().openapi({ description: "Its deposit's or its payout's, whole" }),
  amount: amount().optional().openapi({ type: "string", example: "15000.00" }),
  amount_from: amount().optional().openapi({ type: "string", example: "100.00" }),
  amount_to: amount().optional().openapi({ type: "string", example: "20000.00" }),
  created_from: moment().optional().openapi(dateTime),
  created_before: moment().optional().openapi(dateTime),
  q: line(LONGEST_TEXT).optional().openapi({
    description:
      "Beginnings of words, without regard to accents: all of them in the names of buyer and seller, or all in external_id, payer.id and description",
    example: "prueba",
  }),
});

export function toPaymentFilter(query: z.output<typeof paymentQuery>): PaymentFilter {
  const [kind, state] = query.state?.split(".") ?? [];
  return {
    status: query.status ?? null,
    leg: kind && state ? { kind: kind as LegKind, state: state as AnyState | "review" } : null,
    clabe: query.clabe ?? null,
    fromCentavos: query.amount ?? query.amount_from ?? null,
    toCentavos: query.amount ?? query.amount_to ?? null,
    createdFromMs: query.created_from ?? null,
    createdBeforeMs: query.created_before ?? null,
    text: query.q ?? null,
  };
}
