import { createRoute } from "@hono/zod-openapi";
import { pullKillSwitch } from "../../store/killSwitch.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { killSwitchView, readKillSwitchView } from "../wire/killSwitchView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reasonBody } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const route = createRoute({
  method: "post",
  path: "/api/kill-switch/pull",
  operationId: "pullKillSwitch",
  tags: ["kill switch"],
  summary: "Stop all outgoing money",
  request: { headers: repeatable, body: reasonBody },
  responses: {
    200: { description: "No money leaves any more", content: { "application/json": { schema: killSwitchView } } },
    ...problemAnswers,
  },
});

/** Stops all outgoing money of every reactor. Repeating it is safe: the same reason is one pull. */
export function pullSwitch(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { reason } = c.req.valid("json");
    const events = await ports.db.transaction((tx) => pullKillSwitch(tx, reason, c.get("caller").owner.name));
    for (const event of events) ports.show(event);
    return c.json(await readKillSwitchView(ports.db, ports.facts), 200);
  });
}
