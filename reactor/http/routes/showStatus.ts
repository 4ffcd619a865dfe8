import { createRoute } from "@hono/zod-openapi";
import { openBreaks } from "../../store/breaks.ts";
import { openPulls } from "../../store/killSwitch.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { statusView, toStatusView } from "../wire/statusView.ts";

const route = createRoute({
  method: "get",
  path: "/api/automation/status",
  operationId: "showStatus",
  tags: ["automation"],
  summary: "The five processes, and whether money may leave",
  responses: {
    200: { description: "The five processes", content: { "application/json": { schema: statusView } } },
    ...problemAnswers,
  },
});

const BREAKS_SHOWN = 20;

export function showStatus(app: ApiApp, ports: AppPorts): void {
  const read = () =>
    Promise.all([ports.processes(), ports.freshness(), openPulls(ports.db), openBreaks(ports.db, BREAKS_SHOWN)]);
  // It is open to everybody: those who ask while it is being read share that reading, and not each their own.
  let reading: ReturnType<typeof read> | null = null;
  app.openapi(route, async (c) => {
    reading ??= read().finally(() => {
      reading = null;
    });
    const [processes, freshness, pulls, breaks] = await reading;
    return c.json(toStatusView(processes, freshness, pulls, breaks, ports.nowMs()), 200);
  });
}
