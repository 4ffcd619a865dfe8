import { createRoute } from "@hono/zod-openapi";
import { pullKillSwitch } from "../../store/killSwitch.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { fields, line } from "../wire/fields.ts";
import { killSwitchView, readKillSwitchView } from "../wire/killSwitchView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";

export const LONGEST_NAME = 100;
export const LONGEST_REASON = 500;

const pull = fields({ reason: line(LONGEST_REASON) }).openapi("KillSwitchPull", {
  example: { reason: "revisar los pagos de hoy" },
});

const route = createRoute({
  method: "post",
  path: "/api/kill-switch/pull",
  operationId: "pullKillSwitch",
  tags: ["kill switch"],
  summary: "Stop all outgoing money",
  request: { headers: repeatable, body: { required: true, content: { "application/json": { schema: pull } } } },
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
    return c.json(await readKillSwitchView(ports.db), 200);
  });
}
