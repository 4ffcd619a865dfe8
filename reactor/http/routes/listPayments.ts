import { createRoute, z } from "@hono/zod-openapi";
import { findPayments } from "../../store/findPayments.ts";
import { readPayments } from "../../store/readPayments.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { LONGEST_PAGE, nextNumber, nextOf } from "../wire/paging.ts";
import { paymentQuery, toPaymentFilter } from "../wire/paymentFilter.ts";
import { paymentView, toPaymentView } from "../wire/paymentView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/payments",
  operationId: "listPayments",
  tags: ["payments"],
  summary: "Find payments",
  request: { query: paymentQuery },
  responses: {
    200: {
      description: "Payments, newest first",
      content: {
        "application/json": { schema: z.object({ payments: z.array(paymentView), next_before: nextNumber }) },
      },
    },
    ...problemAnswers,
  },
});

/** Pages go by number, not by offset: a payment that is created meanwhile moves nothing. */
export function listPayments(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { limit = LONGEST_PAGE, before = null } = query;
    const { ids, records } = await readAnywhere(c, ports, async (db) => {
      const ids = await findPayments(db, toPaymentFilter(query), { limit, before });
      return { ids, records: await readPayments(db, ids) };
    });
    const payments = records.map((record) => toPaymentView(record, c.get("caller"), ports.mailsParties));
    return c.json({ payments, next_before: nextOf(ids, limit, (id) => id) }, 200);
  });
}
