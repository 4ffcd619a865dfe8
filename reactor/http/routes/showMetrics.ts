import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";

/** Prometheus' text format, version 0.0.4. */
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

/** What Prometheus collects. It needs a key, unlike the probes: it says how much money is where. */
export function showMetrics(app: ApiApp, ports: AppPorts): void {
  app.get("/metrics", async (c) => c.body(await ports.metrics(), 200, { "content-type": TEXT_FORMAT }));
}
