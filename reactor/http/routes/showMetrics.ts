import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

/** Prometheus' text format, version 0.0.4. */
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "showMetrics",
  tags: ["probes"],
  summary: "What Prometheus collects",
  responses: {
    200: { description: "Prometheus' text", content: { "text/plain": { schema: z.string() } } },
    ...problemAnswers,
  },
});

/** What Prometheus collects. It needs a key, unlike the probes: it says how much money is where. */
export function showMetrics(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => c.text(await ports.metrics(), 200, { "content-type": TEXT_FORMAT }));
}
