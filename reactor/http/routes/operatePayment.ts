import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { RELEASE_PARTIES } from "../../payments/releaseBy.ts";
import type { ApiApp, ApiEnv } from "../caller.ts";
import { custodyEndMs } from "../custodyEnd.ts";
import { refuseChanged } from "../etag.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { recordOf } from "../operations/legPlan.ts";
import { type Operated, operate, type Wanted } from "../operations/operate.ts";
import type { AppPorts } from "../ports.ts";
import { fields, LARGEST_ID, line, prose, wholeNumber } from "../wire/fields.ts";
import { custodyEnd } from "../wire/paymentRequest.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason as givenReason, LONGEST_REASON, reasoned } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { paymentId } from "./showPayment.ts";

const LONGEST_ID = 300;

const reason = givenReason();
const ruling = fields({ reason, for: z.enum(["seller", "buyer"], "not_accepted" satisfies FieldProblem) }).openapi(
  "Ruling",
  { example: { reason: "la mercancía llegó completa", for: "seller" } },
);
const earlyRelease = fields({
  reason,
  buyer_approval: prose(LONGEST_REASON).openapi({ description: "Where and when the buyer said so" }),
  seller_approval: prose(LONGEST_REASON),
}).openapi("EarlyRelease", {
  example: {
    reason: "ambas partes lo piden",
    buyer_approval: "correo del 3 de marzo",
    seller_approval: "llamada del 3 de marzo",
  },
});
const approval = fields({
  reason,
  party: z.enum(RELEASE_PARTIES, "not_accepted" satisfies FieldProblem),
  evidence: prose(LONGEST_REASON).openapi({ description: "Where and when the party said so" }),
}).openapi("ReleaseApproval", {
  example: { reason: "recibió la mercancía completa", party: "buyer", evidence: "correo del 3 de marzo" },
});
const extension = fields({ reason, ...custodyEnd }).openapi("CustodyExtension", {
  example: { reason: "el comprador pidió más tiempo para revisar", custody_days: 60 },
});
const outsideId = line(LONGEST_ID).optional();
const review = fields({
  reason,
  leg_id: wholeNumber(1, LARGEST_ID),
  outcome: line(LONGEST_ID).openapi({ description: "One of the leg's exits (GET /api/payments/{id}/legs)" }),
  evidence: fields({ bank_transaction: outsideId, token_transfer: outsideId, refund: outsideId }).optional(),
}).openapi("ReviewExit", { example: { reason: "el banco ya contesta", leg_id: 1, outcome: "resume" } });
const assignment = fields({ reason, issuance_id: line(LONGEST_ID) }).openapi("Assignment", {
  example: { reason: "el cliente mandó su comprobante", issuance_id: "iss-1" },
});

type Verb = Readonly<{ path: string; operationId: string; says: string }>;

const routeOf = <Body extends z.ZodType>({ path, operationId, says }: Verb, body: Body) =>
  createRoute({
    method: "post",
    path: `/api/payments/{id}/${path}`,
    operationId,
    tags: ["payments"],
    summary: says,
    request: {
      headers: repeatable.extend({ "if-match": z.string().optional().openapi({ description: "The payment's ETag" }) }),
      params: paymentId,
      body: { required: true, content: { "application/json": { schema: body } } },
    },
    responses: {
      200: { description: "Done", content: { "application/json": { schema: operatedView } } },
      202: { description: "The plan, for another person", content: { "application/json": { schema: operatedView } } },
      ...problemAnswers,
    },
  });

/** What an operator does to one payment. Each asks for a reason and leaves an event; `If-Match` refuses a stale click. */
export function operatePayment(app: ApiApp, ports: AppPorts): void {
  /** @throws {Problem} when the payment is not as the operator has read it. */
  const run = async (c: Context<ApiEnv>, id: number, wanted: Wanted) => {
    refuseChanged(await recordOf(ports.db, id), c.req.header("if-match"));
    return operate(ports, c.get("caller"), wanted);
  };
  const statusOf = ({ done }: Operated) => (done ? 200 : 202);

  for (const [path, operationId, name, says] of ORDINARY) {
    app.openapi(routeOf({ path, operationId, says }, reasoned), async (c) => {
      const { id } = c.req.valid("param");
      const request = { paymentId: id, details: {} };
      const operated = await run(c, id, { name, request, ...c.req.valid("json") });
      return c.json(toOperatedView(operated), statusOf(operated));
    });
  }
  app.openapi(
    routeOf({ path: "ruling", operationId: "ruleOnPayment", says: "Decide a dispute" }, ruling),
    async (c) => {
      const { id } = c.req.valid("param");
      const { reason, for: winner } = c.req.valid("json");
      const name = winner === "seller" ? "rule_for_seller" : "rule_for_buyer";
      const operated = await run(c, id, { name, request: { paymentId: id, details: {} }, reason });
      return c.json(toOperatedView(operated), statusOf(operated));
    },
  );
  app.openapi(routeOf(EARLY_RELEASE, earlyRelease), async (c) => {
    const { id } = c.req.valid("param");
    const { reason, ...details } = c.req.valid("json");
    const operated = await run(c, id, { name: "release_early", request: { paymentId: id, details }, reason });
    return c.json(toOperatedView(operated), statusOf(operated));
  });
  app.openapi(routeOf(APPROVAL, approval), async (c) => {
    const { id } = c.req.valid("param");
    const { reason, party, evidence } = c.req.valid("json");
    const request = { paymentId: id, party, evidence };
    const operated = await run(c, id, { name: "approve_release", request, reason });
    return c.json(toOperatedView(operated), statusOf(operated));
  });
  app.openapi(routeOf(EXTENSION, extension), async (c) => {
    const { id } = c.req.valid("param");
    const { reason, ...end } = c.req.valid("json");
    const request = { paymentId: id, custodyEndMs: custodyEndMs(end, ports.nowMs()) };
    const operated = await run(c, id, { name: "extend_custody", request, reason });
    return c.json(toOperatedView(operated), statusOf(operated));
  });
  app.openapi(routeOf(REVIEW, review), async (c) => {
    const { id } = c.req.valid("param");
    const { reason, leg_id: legId, outcome, evidence = {} } = c.req.valid("json");
    const request = { paymentId: id, legId, outcome, evidence };
    const operated = await run(c, id, { name: "resolve_review", request, reason });
    return c.json(toOperatedView(operated), statusOf(operated));
  });
  app.openapi(routeOf(ASSIGNMENT, assignment), async (c) => {
    const { id } = c.req.valid("param");
    const { reason, issuance_id: issuanceId } = c.req.valid("json");
    const operated = await run(c, id, { name: "assign_deposit", request: { issuanceId, paymentId: id }, reason });
    return c.json(toOperatedView(operated), statusOf(operated));
  });
}

const EARLY_RELEASE = {
  path: "early-release",
  operationId: "releaseEarly",
  says: "End custody before its time",
};
const APPROVAL = {
  path: "approve-release",
  operationId: "approveRelease",
  says: "Record a party's approval to end custody early",
};
const EXTENSION = {
  path: "extend-custody",
  operationId: "extendCustody",
  says: "Move the end of custody to a later moment. The escrow's own deadline stays: after it the contract takes no dispute",
};
const REVIEW = { path: "review", operationId: "resolveReview", says: "Take one of its legs out of review" };
const ASSIGNMENT = { path: "assign-deposit", operationId: "assignDeposit", says: "Give it an unassigned deposit" };

/** Those that take nothing but a reason. */
const ORDINARY = [
  ["cancel", "cancelPayment", "cancel_payment", "Cancel a payment that still awaits its deposit"],
  ["hold", "holdPayment", "hold_payment", "Keep a payment from being released and paid out"],
  ["release-hold", "releaseHold", "release_hold", "Let a held payment go on"],
  ["annotate", "annotatePayment", "annotate_payment", "Write a note into its history, such as about a dispute"],
  ["erase", "erasePersonalData", "erase_personal_data", "Erase the personal data of a payment that ended long ago"],
  ["dispute", "openDispute", "open_dispute", "Open a dispute about money in custody"],
] as const;
