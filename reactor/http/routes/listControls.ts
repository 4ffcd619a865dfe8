import { createRoute, z } from "@hono/zod-openapi";
import { readControls } from "../../store/controls.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { controlView, toControlView } from "../wire/controlView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const view = z.object({ controls: z.array(controlView) }).openapi("Controls");

const route = createRoute({
  method: "get",
  path: "/api/controls",
  operationId: "listControls",
  tags: ["controls"],
  summary: "How much may leave, and to which addresses",
  responses: {
    200: { description: "All that is in force", content: { "application/json": { schema: view } } },
    ...problemAnswers,
  },
});

export function listControls(app: ApiApp, { db, configured, facts }: AppPorts): void {
  app.openapi(route, async (c) => {
    const controls = await readControls(db, facts.lane);
    return c.json({ controls: controls.map((control) => toControlView(control, configured)) }, 200);
  });
}
