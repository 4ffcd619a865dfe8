import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp, Caller } from "../caller.ts";
import { etagOf } from "../etag.ts";
import { recordOf } from "../operations/legPlan.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { digits } from "../wire/fields.ts";
import { LARGEST_PAYMENT_ID } from "../wire/paymentRequest.ts";
import { type PaymentView, paymentView, toPaymentView } from "../wire/paymentView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

export const paymentId = z.object({ id: digits(1, LARGEST_PAYMENT_ID).openapi({ param: { example: 1 } }) });

const route = createRoute({
  method: "get",
  path: "/api/payments/{id}",
  operationId: "showPayment",
  tags: ["payments"],
  summary: "Read a payment",
  request: { params: paymentId },
  responses: {
    200: { description: "The payment", content: { "application/json": { schema: paymentView } } },
    ...problemAnswers,
  },
});

export function showPayment(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const record = await readAnywhere(c, ports, (db) => recordOf(db, c.req.valid("param").id));
    c.header("etag", etagOf(record));
    return c.json(toPaymentView(record, c.get("caller"), ports.mailsParties), 200);
  });
}

/** @throws {Problem} when there is no such payment. */
export async function readView(
  { db, mailsParties }: Pick<AppPorts, "db" | "mailsParties">,
  id: number,
  caller: Caller,
): Promise<PaymentView> {
  return toPaymentView(await recordOf(db, id), caller, mailsParties);
}
