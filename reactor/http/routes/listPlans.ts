import { createRoute, z } from "@hono/zod-openapi";

import { findAccounts } from "../../store/payoutAccounts.ts";
import { listPlans as readPlans, type StoredPlan } from "../../store/plans.ts";
import type { ApiApp, Caller } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { fields } from "../wire/fields.ts";
import { LONGEST_PAGE, newestFirstByName, nextName, nextOf } from "../wire/paging.ts";
import { accountIdOf, storedPlanView, toStoredPlanView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const answer = (description: string) => ({
  200: {
    description,
    content: { "application/json": { schema: z.object({ plans: z.array(storedPlanView), next_before: nextName }) } },
  },
  ...problemAnswers,
});
const request = { query: fields(newestFirstByName) };
const open = createRoute({
  method: "get",
  path: "/api/plans",
  operationId: "listOpenPlans",
  tags: ["plans"],
  summary: "Plans that wait for their second person",
  request,
  responses: answer("Plans that wait for their second person, newest first"),
});
const all = createRoute({
  method: "get",
  path: "/api/audit/plans",
  operationId: "auditPlans",
  tags: ["plans"],
  summary: "Every plan, by whom proposed and confirmed",
  request,
  responses: answer("The newest plans, confirmed, expired or waiting"),
});

export function listPlans(app: ApiApp, { db }: AppPorts): void {
  const page = async (which: "open" | "all", { limit = LONGEST_PAGE, before }: Page, caller: Caller) => {
    const rows = await readPlans(db, which, { limit, before: before ?? null });
    return { plans: await viewPlans(db, rows, caller), next_before: nextOf(rows, limit, ({ hash }) => hash) };
  };
  app.openapi(open, async (c) => c.json(await page("open", c.req.valid("query"), c.get("caller")), 200));
  app.openapi(all, async (c) => c.json(await page("all", c.req.valid("query"), c.get("caller")), 200));
}

type Page = Readonly<{ limit?: number | undefined; before?: string | undefined }>;

/** Plans as this caller is shown them. */
export async function viewPlans(db: AppPorts["db"], rows: readonly StoredPlan[], caller: Caller) {
  const accounts = await findAccounts(
    db,
    rows.flatMap((stored) => accountIdOf(stored) ?? []),
  );
  const mayApprove = caller.scopes.has("approve");
  return rows.map((stored) => toStoredPlanView(stored, accounts, mayApprove));
}
