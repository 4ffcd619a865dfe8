import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";

/** That the server lives, and whether all that it stands on does. For people and probes: no key. */
export function showHealth(app: ApiApp, ports: AppPorts): void {
  app.get("/health", (c) => c.json({ status: "alive" }));
  app.get("/ready", async (c) => {
    const probes = await ports.probes();
    const ready = Object.values(probes).every((probe) => probe.ok);
    return c.json({ ready, ...probes }, ready ? 200 : 503);
  });
}
