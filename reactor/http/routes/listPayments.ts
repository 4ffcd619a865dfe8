import { createRoute, z } from "@hono/zod-openapi";
import type { PaymentStatus } from "../../payments/status.ts";
import { listPaymentIds, readPayments } from "../../store/readPayments.ts";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import type { AppPorts } from "../ports.ts";
import { digits, fields } from "../wire/fields.ts";
import { LARGEST_PAYMENT_ID } from "../wire/paymentRequest.ts";
import { paymentView, toPaymentView } from "../wire/paymentView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const LONGEST_PAGE = 100;

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

const route = createRoute({
  method: "get",
  path: "/api/payments",
  operationId: "listPayments",
  tags: ["payments"],
  summary: "Find payments",
  request: {
    query: fields({
      limit: digits(1, LONGEST_PAGE).optional(),
      before: digits(1, LARGEST_PAYMENT_ID).optional().openapi({ description: "The last page's next_before" }),
      status: z.enum(STATUSES, "unknown_status" satisfies FieldProblem).optional(),
    }),
  },
  responses: {
    200: {
      description: "Payments, newest first",
      content: {
        "application/json": {
          schema: z.object({ payments: z.array(paymentView), next_before: z.int().nullable() }),
        },
      },
    },
    ...problemAnswers,
  },
});

/** Pages go by number, not by offset: a payment that is created meanwhile moves nothing. */
export function listPayments(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, before = null, status = null } = c.req.valid("query");
    const ids = await listPaymentIds(ports.db, { limit, before, status });
    const records = await readPayments(ports.db, ids);
    const next_before = ids.length === limit ? (ids.at(-1) ?? null) : null;
    return c.json({ payments: records.map((record) => toPaymentView(record, c.get("caller"))), next_before }, 200);
  });
}
