import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { statusView, toStatusView } from "../wire/statusView.ts";

const route = createRoute({
  method: "get",
  path: "/api/automation/status",
  responses: {
    200: { description: "The five processes", content: { "application/json": { schema: statusView } } },
    ...problemAnswers,
  },
});

export function showStatus(app: OpenAPIHono, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const [processes, freshness] = await Promise.all([ports.processes(), ports.freshness()]);
    return c.json(toStatusView(processes, freshness, ports.nowMs()), 200);
  });
}
