import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppPorts } from "../ports.ts";

/** What the server is, that it lives, and whether all that it stands on does. For people and probes: no key. */
export function showHealth(app: OpenAPIHono, ports: AppPorts): void {
  app.get("/", (c) =>
    c.json({
      name: "Kustodia",
      description: "Automatización de pagos: depósito SPEI, custodia en MXNB, pago SPEI.",
      description_en: "Payment automation: SPEI deposit, custody in MXNB, SPEI payout.",
      status: "/api/automation/status",
      payments: "/api/payments",
      health: "/health",
      ready: "/ready",
    }),
  );
  app.get("/health", (c) => c.json({ status: "alive" }));
  app.get("/ready", async (c) => {
    const probes = await ports.probes();
    const ready = Object.values(probes).every((probe) => probe.ok);
    return c.json({ ready, ...probes }, ready ? 200 : 503);
  });
}
