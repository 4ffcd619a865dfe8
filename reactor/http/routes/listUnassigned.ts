import { createRoute, z } from "@hono/zod-openapi";
import { maskClabe } from "../../payments/clabe.ts";
import { toDecimal } from "../../payments/money.ts";
import { listUnassigned as readUnassigned } from "../../store/assignByHand.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { fields } from "../wire/fields.ts";
import { isoTime } from "../wire/isoTime.ts";
import { LONGEST_PAGE, nextName, nextOf, oldestFirstByName } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

export const depositView = z
  .object({
    issuance_id: z.string(),
    why: z.enum(["unmatched", "several_payments_match", "other_payer", "untold_payer", "returned_payout"]),
    account: z.string().openapi({ example: "principal", description: "To which bank account of ours it came" }),
    clabe: z.string().openapi({ example: "••••9411" }),
    amount: z.string(),
    status: z.string().openapi({ description: "The bank's word for the issuance" }),
    refunded: z.boolean(),
    candidate_legs: z.array(z.int()),
    payer_name: z.string().nullable().openapi({ description: "In whose name it was paid, where the bank told it" }),
    buyer_names: z.array(z.string()).openapi({ description: "Whose the payments are that it could be for" }),
    seen_at: z.iso.datetime(),
  })
  .openapi("UnassignedDeposit");

const route = createRoute({
  method: "get",
  path: "/api/unassigned-deposits",
  operationId: "listUnassignedDeposits",
  tags: ["deposits"],
  summary: "Money at the bank that is nobody's yet",
  request: { query: fields(oldestFirstByName) },
  responses: {
    200: {
      description: "Money at the bank that is nobody's yet, oldest first",
      content: {
        "application/json": { schema: z.object({ deposits: z.array(depositView), next_after: nextName }) },
      },
    },
    ...problemAnswers,
  },
});

export function listUnassigned(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, after = null } = c.req.valid("query");
    const rows = await readUnassigned(db, { limit, after });
    const deposits = rows.map((one) => ({
      issuance_id: one.issuanceId,
      why: one.why,
      account: one.account,
      clabe: maskClabe(one.clabe),
      amount: toDecimal(one.amountCentavos),
      status: one.status,
      refunded: one.refunded,
      candidate_legs: [...one.candidateLegs],
      payer_name: one.payerName,
      buyer_names: [...one.buyerNames],
      seen_at: isoTime(one.seenAtMs),
    }));
    return c.json({ deposits, next_after: nextOf(rows, limit, ({ issuanceId }) => issuanceId) }, 200);
  });
}
