import { createRoute, z } from "@hono/zod-openapi";
import { listAlerts as readAlerts } from "../../store/alerts.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { alertView, toAlertView } from "../wire/alertView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const MOST = 100;

const route = createRoute({
  method: "get",
  path: "/api/alerts",
  operationId: "listAlerts",
  tags: ["alerts"],
  summary: "What a person must know",
  responses: {
    200: {
      description: `The last ${MOST} alerts, newest first`,
      content: { "application/json": { schema: z.object({ alerts: z.array(alertView) }) } },
    },
    ...problemAnswers,
  },
});

export function listAlerts(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => c.json({ alerts: (await readAlerts(db, MOST)).map(toAlertView) }, 200));
}
