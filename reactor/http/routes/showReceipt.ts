import { createRoute } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
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

export function showReceipt(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const seesDepositClabe = c.get("caller").scopes.has("operate");
    const shown = { facts: ports.facts, seesDepositClabe, nowMs: ports.nowMs() };
    const view = await readAnywhere(c, ports, (db) => readReceiptView(db, c.req.valid("param").id, shown));
    return c.json(view, 200);
  });
}
