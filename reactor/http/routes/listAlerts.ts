import { createRoute, z } from "@hono/zod-openapi";
import { listAlerts as readAlerts } from "../../store/alerts.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { alertView, toAlertView } from "../wire/alertView.ts";
import { fields, LARGEST_ID } from "../wire/fields.ts";
import { LONGEST_PAGE, newestFirst, nextNumber, nextOf } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/alerts",
  operationId: "listAlerts",
  tags: ["alerts"],
  summary: "What a person must know",
  request: { query: fields(newestFirst(LARGEST_ID)) },
  responses: {
    200: {
      description: "Alerts, newest first",
      content: {
        "application/json": { schema: z.object({ alerts: z.array(alertView), next_before: nextNumber }) },
      },
    },
    ...problemAnswers,
  },
});

export function listAlerts(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, before = null } = c.req.valid("query");
    const rows = await readAlerts(db, { limit, before });
    return c.json({ alerts: rows.map(toAlertView), next_before: nextOf(rows, limit, ({ id }) => id) }, 200);
  });
}
