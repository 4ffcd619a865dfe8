import { createRoute, z } from "@hono/zod-openapi";
import { findPlan } from "../../store/plans.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { storedPlanView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { viewPlans } from "./listPlans.ts";

const route = createRoute({
  method: "get",
  path: "/api/plans/{hash}",
  operationId: "showPlan",
  tags: ["plans"],
  summary: "One plan, whatever became of it",
  request: { params: z.object({ hash: z.string() }) },
  responses: {
    200: { description: "The plan", content: { "application/json": { schema: storedPlanView } } },
    ...problemAnswers,
  },
});

export function showPlan(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const stored = await findPlan(db, c.req.valid("param").hash);
    const [view] = stored === null ? [] : await viewPlans(db, [stored], c.get("caller"));
    if (view === undefined) throw new Problem("plan_not_found");
    return c.json(view, 200);
  });
}
