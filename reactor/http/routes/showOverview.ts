import { createRoute } from "@hono/zod-openapi";
import { readOverview } from "../../store/readOverview.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { overviewView, toOverviewView } from "../wire/overviewView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/overview",
  operationId: "showOverview",
  tags: ["automation"],
  summary: "Where money and payments are, what is late, what waits for a person",
  responses: {
    200: {
      description: "Where money and payments are, what is late, what waits for a person",
      content: { "application/json": { schema: overviewView } },
    },
    ...problemAnswers,
  },
});

export function showOverview(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => c.json(toOverviewView(await readAnywhere(c, ports, readOverview)), 200));
}
