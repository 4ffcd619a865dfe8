import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import { confirm } from "../operations/operate.ts";
import type { AppPorts } from "../ports.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";

const route = createRoute({
  method: "post",
  path: "/api/plans/{hash}/confirm",
  operationId: "confirmPlan",
  tags: ["plans"],
  summary: "Confirm, as the second person, what another one planned",
  request: { headers: repeatable, params: z.object({ hash: z.string() }) },
  responses: {
    200: { description: "Done as it was planned", content: { "application/json": { schema: operatedView } } },
    ...problemAnswers,
  },
});

/** The second person: what they confirm is what they read, by its hash. */
export function confirmPlan(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const plan = await confirm(ports, c.get("caller"), c.req.valid("param").hash);
    return c.json(toOperatedView({ done: true, plan }), 200);
  });
}
