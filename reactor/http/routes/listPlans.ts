import { createRoute, z } from "@hono/zod-openapi";
import { listPlans as readPlans } from "../../store/plans.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { storedPlanView, toStoredPlanView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const LONGEST_LIST = 100;

const answer = (description: string) => ({
  200: { description, content: { "application/json": { schema: z.object({ plans: z.array(storedPlanView) }) } } },
  ...problemAnswers,
});
const open = createRoute({
  method: "get",
  path: "/api/plans",
  operationId: "listOpenPlans",
  tags: ["plans"],
  summary: "Plans that wait for their second person",
  responses: answer("Plans that wait for their second person, newest first"),
});
const all = createRoute({
  method: "get",
  path: "/api/audit/plans",
  operationId: "auditPlans",
  tags: ["plans"],
  summary: "Every plan, by whom proposed and confirmed",
  responses: answer("The newest plans, confirmed, expired or waiting"),
});

export function listPlans(app: ApiApp, { db }: AppPorts): void {
  app.openapi(open, async (c) =>
    c.json({ plans: (await readPlans(db, "open", LONGEST_LIST)).map(toStoredPlanView) }, 200),
  );
  app.openapi(all, async (c) =>
    c.json({ plans: (await readPlans(db, "all", LONGEST_LIST)).map(toStoredPlanView) }, 200),
  );
}
