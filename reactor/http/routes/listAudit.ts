import { createRoute, z } from "@hono/zod-openapi";
import { readAudit } from "../../store/readAudit.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { eventView, toEventView } from "../wire/eventView.ts";
import { fields, LARGEST_ID } from "../wire/fields.ts";
import { LONGEST_PAGE, newestFirst, nextNumber, nextOf } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/audit/events",
  operationId: "listAuditEvents",
  tags: ["plans"],
  summary: "What persons did and planned",
  request: { query: fields(newestFirst(LARGEST_ID)) },
  responses: {
    200: {
      description: "Actions, plans, keys, kill switch, alerts taken and webhooks changed, newest first",
      content: { "application/json": { schema: z.object({ events: z.array(eventView), next_before: nextNumber }) } },
    },
    ...problemAnswers,
  },
});

export function listAudit(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, before = null } = c.req.valid("query");
    const rows = await readAnywhere(c, ports, (db) => readAudit(db, { before, limit }));
    return c.json({ events: rows.map(toEventView), next_before: nextOf(rows, limit, ({ id }) => id) }, 200);
  });
}
