import { createRoute, z } from "@hono/zod-openapi";
import { toDecimal } from "../../payments/money.ts";
import type { ApiApp } from "../caller.ts";
import { legIn, recordOf } from "../operations/legPlan.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";
import { paymentId } from "./showPayment.ts";

const sent = z.object({ sent: z.literal(true) });

const route = createRoute({
  method: "post",
  path: "/api/payments/{id}/simulate-deposit",
  operationId: "simulateDeposit",
  tags: ["payments"],
  summary: "Send the buyer's SPEI, in a local start",
  request: { headers: repeatable, params: paymentId },
  responses: {
    200: { description: "The sandbox's buyer has paid", content: { "application/json": { schema: sent } } },
    ...problemAnswers,
  },
});

/** Where the bank is our sandbox, a payment's whole amount is sent to its CLABE, as its buyer's bank would. */
export function simulateDeposit(app: ApiApp, { db, sandboxDeposit }: AppPorts): void {
  app.openapi(route, async (c) => {
    if (sandboxDeposit === null) throw new Problem("no_sandbox");
    const record = await recordOf(db, c.req.valid("param").id);
    const { amountCentavos } = legIn(record, "deposit", ["awaiting"]);
    await sandboxDeposit({ clabe: record.payment.depositClabe, amount: toDecimal(amountCentavos) });
    return c.json({ sent: true as const }, 200);
  });
}
