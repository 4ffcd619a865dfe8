import { createRoute } from "@hono/zod-openapi";
import { openBreaks } from "../../store/breaks.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { shareReading } from "../shareReading.ts";
import { whyStopped } from "../wire/killSwitchView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { statusView, toStatusView } from "../wire/statusView.ts";

const route = createRoute({
  method: "get",
  path: "/api/automation/status",
  operationId: "showStatus",
  tags: ["automation"],
  summary: "The five processes, and whether money may leave; up to 250 ms old",
  responses: {
    200: { description: "The five processes", content: { "application/json": { schema: statusView } } },
    ...problemAnswers,
  },
});

const BREAKS_SHOWN = 20;

/** The panel and whoever watches ask often; a process runs each five minutes at most, and an event is told at once. */
const AGES = { freshMs: 100, oldestMs: 250 };

export function showStatus(app: ApiApp, ports: AppPorts): void {
  // It is open to everybody: it costs the database ten readings a second, however many ask.
  const status = shareReading(
    () =>
      Promise.all([
        ports.processes(),
        ports.freshness(),
        whyStopped(ports.db, ports.facts),
        openBreaks(ports.db, BREAKS_SHOWN),
      ]),
    { ...AGES, monotonicMs: ports.monotonicMs },
  );
  let hears = false;
  app.openapi(route, async (c) => {
    // From the first question on, as long as the app lives: being made, it hears nothing.
    if (!hears) ports.onEvent(status.forget);
    hears = true;
    const [processes, freshness, stopped, breaks] = await status.read();
    return c.json(
      toStatusView(processes, freshness, stopped, breaks, { shadow: ports.shadow, nowMs: ports.nowMs() }),
      200,
    );
  });
}
