import { createRoute, z } from "@hono/zod-openapi";
import { readLanes } from "../../store/lanes.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { laneView, toLaneView } from "../wire/laneView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const view = z.object({ lanes: z.array(laneView) }).openapi("Lanes");

const route = createRoute({
  method: "get",
  path: "/api/lanes",
  operationId: "listLanes",
  tags: ["lanes"],
  summary: "The signers and escrow contracts by which payments go",
  responses: {
    200: { description: "All lanes there ever were", content: { "application/json": { schema: view } } },
    ...problemAnswers,
  },
});

export function listLanes(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => c.json({ lanes: (await readLanes(db)).map(toLaneView) }, 200));
}
