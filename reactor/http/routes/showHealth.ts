import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const probe = z.object({ ok: z.boolean(), detail: z.string() }).openapi("Probe");
const readiness = z
  .object({
    ready: z.boolean(),
    database: probe,
    indexer: probe,
    rpc: probe,
    bank: probe,
    replica: z.union([probe, z.null()]).openapi({
      description:
        "The standby that lists and reports are read from; null where there is none. Without it the primary is read",
    }),
  })
  .openapi("Readiness");
const ready = { content: { "application/json": { schema: readiness } } };

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "showHealth",
  tags: ["probes"],
  summary: "Whether the server lives",
  responses: {
    200: {
      description: "It lives",
      content: { "application/json": { schema: z.object({ status: z.literal("alive") }) } },
    },
    ...problemAnswers,
  },
});
const readyRoute = createRoute({
  method: "get",
  path: "/ready",
  operationId: "showReadiness",
  tags: ["probes"],
  summary: "Whether all that it stands on answers",
  responses: {
    200: { description: "All of it answers", ...ready },
    503: { description: "One of them does not", ...ready },
    ...problemAnswers,
  },
});

/** That the server lives, and whether all that it stands on does. For people and probes: no key. */
export function showHealth(app: ApiApp, ports: AppPorts): void {
  app.openapi(health, (c) => c.json({ status: "alive" as const }, 200));
  app.openapi(readyRoute, async (c) => {
    const probes = await ports.probes();
    const ready = Object.values(probes).every(({ ok }) => ok);
    const view = { ready, ...probes, replica: replicaProbe(ports) };
    return ready ? c.json(view, 200) : c.json(view, 503);
  });
}

function replicaProbe({ replica, nowMs }: AppPorts) {
  if (replica === null) return null;
  const asOfMs = replica.asOfMs();
  if (asOfMs === null) return { ok: false, detail: "atrasada o sin respuesta: se lee de la principal" };
  return { ok: true, detail: `al día hasta hace ${Math.max(0, nowMs() - asOfMs)} ms` };
}
