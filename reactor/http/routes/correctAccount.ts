import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import { refuseChanged } from "../etag.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { correctableLeg } from "../operations/correctAccount.ts";
import { recordOf } from "../operations/legPlan.ts";
import { operateWithAccount } from "../operations/operateWithAccount.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, LARGEST_ID, line, wholeNumber } from "../wire/fields.ts";
import { givenAccount } from "../wire/givenAccount.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { paymentId } from "./showPayment.ts";

const LONGEST_ID = 300;
const correction = fields({
  reason: reason(),
  leg_id: wholeNumber(1, LARGEST_ID).openapi({ description: "The payout (GET /api/payments/{id}/legs)" }),
  ...givenAccount,
  payee: z
    .enum(["seller", "buyer"], "not_accepted" satisfies FieldProblem)
    .optional()
    .openapi({
      description: "`buyer`: where a dispute would pay, while custody is not over. Left out: whom the payout pays",
    }),
  refund: line(LONGEST_ID).optional().openapi({ description: "The bank's refund of a SPEI that failed" }),
}).openapi("AccountCorrection", {
  example: {
    reason: "el banco devolvió el SPEI: cuenta cancelada",
    leg_id: 3,
    legal_name: "Vendedora de Prueba SA de CV",
    clabe: "002115016003269411",
  },
});

const route = createRoute({
  method: "post",
  path: "/api/payments/{id}/account",
  operationId: "correctAccount",
  tags: ["payments"],
  summary: "Pay a payout to another account",
  request: {
    headers: repeatable.extend({ "if-match": z.string().optional().openapi({ description: "The payment's ETag" }) }),
    params: paymentId,
    body: { required: true, content: { "application/json": { schema: correction } } },
  },
  responses: {
    202: { description: "The plan, for another person", content: { "application/json": { schema: operatedView } } },
    ...problemAnswers,
  },
});

/** Two persons change to which account a payout is paid, while nothing may be under way to the former one. */
export function correctAccount(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { reason: why, leg_id: legId, legal_name: legalName, clabe, payee, refund } = c.req.valid("json");
    const record = await recordOf(ports.db, id);
    refuseChanged(record, c.req.header("if-match"));
    const leg = correctableLeg(record, legId);
    const paid = payee ?? leg.payee;
    // Only what is still in custody may come to be the buyer's.
    const isFuture = paid === "buyer" && leg.state === "waiting" && leg.source === "custody";
    if (paid === null || (paid !== leg.payee && !isFuture)) {
      throw new Problem("not_in_this_state", { facts: { state: leg.state, wanted: "waiting" }, pointer: "/payee" });
    }
    const operated = await operateWithAccount(
      ports,
      c.get("caller"),
      { payee: paid, legalName, clabe },
      {
        name: "correct_account",
        reason: why,
        request: (accountId) => ({ paymentId: id, legId, accountId, ...(refund !== undefined && { refund }) }),
      },
    );
    return c.json(toOperatedView(operated), 202);
  });
}
