import { createRoute } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readReceiptView } from "../receipts/readReceiptView.ts";
import { receiptView } from "../receipts/receiptView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { paymentId } from "./showPayment.ts";

const route = createRoute({
  method: "get",
  path: "/api/payments/{id}/receipt",
  operationId: "showReceipt",
  tags: ["payments"],
  summary: "A payment's receipt: each movement with its outside proof",
  request: { params: paymentId },
  responses: {
    200: {
      description: "The receipt as of now; `npm run cli -- verify-receipt` checks it against the chain",
      content: { "application/json": { schema: receiptView } },
    },
    ...problemAnswers,
  },
});

export function showReceipt(app: ApiApp, { db, facts, nowMs }: AppPorts): void {
  app.openapi(route, async (c) => {
    const seesDepositClabe = c.get("caller").scopes.has("operate");
    const view = await readReceiptView(db, c.req.valid("param").id, { facts, seesDepositClabe, nowMs: nowMs() });
    return c.json(view, 200);
  });
}
