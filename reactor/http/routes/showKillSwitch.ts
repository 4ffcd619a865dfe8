import { createRoute } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { killSwitchView, readKillSwitchView } from "../wire/killSwitchView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/kill-switch",
  operationId: "showKillSwitch",
  tags: ["kill switch"],
  summary: "Whether money may leave",
  responses: {
    200: { description: "Whether money may leave", content: { "application/json": { schema: killSwitchView } } },
    ...problemAnswers,
  },
});

export function showKillSwitch(app: ApiApp, { db, facts }: AppPorts): void {
  app.openapi(route, async (c) => c.json(await readKillSwitchView(db, facts), 200));
}
