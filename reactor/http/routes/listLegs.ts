import { createRoute, z } from "@hono/zod-openapi";
import { correctionOf } from "../../payments/correctionOf.ts";
import type { Leg } from "../../payments/leg.ts";
import { reviewExits } from "../../payments/reviewExits.ts";
import { type AttemptRecord, type ClaimRecord, readOrders } from "../../store/readOrders.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import type { ApiApp } from "../caller.ts";
import { etagOf } from "../etag.ts";
import { recordOf } from "../operations/legPlan.ts";
import type { AppPorts } from "../ports.ts";
import { isoTime, isoTimeOrNull } from "../wire/isoTime.ts";
import { legView, toLegView } from "../wire/paymentView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { paymentId } from "./showPayment.ts";

const attemptView = z.object({
  action: z.string(),
  generation: z.int(),
  number: z.int().openapi({ description: "Of the sendings under one key" }),
  key: z.string(),
  outcome: z.string(),
  outside_id: z.string().nullable(),
  refused_when: z.string().nullable(),
  reason: z.string().nullable(),
  sent_at: z.iso.datetime(),
  closed_at: z.iso.datetime().nullable(),
});
const evidenceView = z.object({
  source: z.string().openapi({ example: "token_transfer" }),
  outside_id: z.string(),
  claimed_at: z.iso.datetime(),
  freed_at: z.iso.datetime().nullable(),
});
const exitView = z.object({
  outcome: z.string().openapi({ example: "retry" }),
  to: z.string(),
  generation: z.enum(["same", "next"]),
  persons: z.int(),
  evidence: z.array(z.string()).openapi({ description: "What must be given, or be so" }),
});
export const wholeLegView = legView
  .extend({
    id: z.int(),
    version: z.int(),
    generation: z.int(),
    carried: z.record(z.string(), z.string()),
    attempts: z.array(attemptView),
    evidence: z.array(evidenceView),
    exits: z.array(exitView).openapi({ description: "Out of review; none while the leg is not in review" }),
    account_correction: z
      .array(z.string())
      .nullable()
      .openapi({ description: "What must be shown before its account is changed; null: its SPEI may be under way" }),
  })
  .openapi("Leg");

const route = createRoute({
  method: "get",
  path: "/api/payments/{id}/legs",
  operationId: "listPaymentLegs",
  tags: ["payments"],
  summary: "A payment's legs, orders and evidence",
  request: { params: paymentId },
  responses: {
    200: {
      description: "The payment's legs, with the orders that they sent and the evidence that they used",
      content: { "application/json": { schema: z.object({ legs: z.array(wholeLegView) }) } },
    },
    ...problemAnswers,
  },
});

export function listLegs(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const record = await recordOf(db, c.req.valid("param").id);
    const orders = await readOrders(
      db,
      record.legs.map(({ id }) => id),
    );
    c.header("etag", etagOf(record));
    return c.json({ legs: record.legs.map((leg) => toWholeLegView(leg, orders, record.accounts)) }, 200);
  });
}

type Orders = Readonly<{ attempts: readonly AttemptRecord[]; claims: readonly ClaimRecord[] }>;

function toWholeLegView(
  leg: Leg,
  { attempts, claims }: Orders,
  accounts: PaymentRecord["accounts"],
): z.infer<typeof wholeLegView> {
  const correction = correctionOf(leg);
  return {
    ...toLegView(leg, accounts),
    id: leg.id,
    version: leg.version,
    generation: leg.generation,
    carried: { ...leg.carried },
    attempts: attempts.filter(({ legId }) => legId === leg.id).map(toAttemptView),
    evidence: claims
      .filter(({ legId }) => legId === leg.id)
      .map(({ source, outsideId, claimedAtMs, freedAtMs }) => ({
        source,
        outside_id: outsideId,
        claimed_at: isoTime(claimedAtMs),
        freed_at: isoTimeOrNull(freedAtMs),
      })),
    account_correction: correction?.proofs.map(({ kind }) => kind) ?? null,
    exits:
      leg.reviewFrom === null
        ? []
        : reviewExits(leg.kind, leg.reviewFrom).map(({ outcome, to, generation, persons, proofs }) => ({
            outcome,
            to,
            generation,
            persons,
            evidence: proofs.map(({ kind }) => kind),
          })),
  };
}

const toAttemptView = (attempt: AttemptRecord): z.infer<typeof attemptView> => ({
  action: attempt.action,
  generation: attempt.generation,
  number: attempt.number,
  key: attempt.key,
  outcome: attempt.outcome,
  outside_id: attempt.outsideId,
  refused_when: attempt.when,
  reason: attempt.reason,
  sent_at: isoTime(attempt.sentAtMs),
  closed_at: isoTimeOrNull(attempt.closedAtMs),
});
