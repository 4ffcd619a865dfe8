import { createRoute, z } from "@hono/zod-openapi";
import { archivedOf } from "../../store/months/archivedMonths.ts";
import { readEvents } from "../../store/readEvents.ts";
import type { ApiApp } from "../caller.ts";
import { recordOf } from "../operations/legPlan.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { archivedView, toArchivedView } from "../wire/archivedView.ts";
import { eventView, toEventView } from "../wire/eventView.ts";
import { digits, fields, LARGEST_ID } from "../wire/fields.ts";
import { nextNumber, nextOf } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { paymentId } from "./showPayment.ts";

/** A whole payment leaves about 25 events. */
const LONGEST_PAGE = 500;

const route = createRoute({
  method: "get",
  path: "/api/payments/{id}/events",
  operationId: "listPaymentEvents",
  tags: ["payments"],
  summary: "Everything that happened to a payment",
  request: {
    params: paymentId,
    query: fields({ after: digits(0, LARGEST_ID).optional(), limit: digits(1, LONGEST_PAGE).optional() }),
  },
  responses: {
    200: {
      description: "What happened to the payment, oldest first",
      content: {
        "application/json": {
          schema: z.object({ events: z.array(eventView), next_after: nextNumber, archived: z.array(archivedView) }),
        },
      },
    },
    ...problemAnswers,
  },
});

export function listEvents(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { after = 0, limit = LONGEST_PAGE } = c.req.valid("query");
    const [rows, archived] = await readAnywhere(c, ports, async (db) => {
      const { payment } = await recordOf(db, c.req.valid("param").id);
      return [await readEvents(db, { paymentId: payment.id, after, limit }), await archivedOf(db, payment.id)] as const;
    });
    const next_after = nextOf(rows, limit, ({ id }) => id);
    return c.json({ events: rows.map(toEventView), next_after, archived: archived.map(toArchivedView) }, 200);
  });
}
