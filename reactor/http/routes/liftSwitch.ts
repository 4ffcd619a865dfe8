import { createRoute } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import { operate } from "../operations/operate.ts";
import type { AppPorts } from "../ports.ts";
import { fields, LARGEST_ID, wholeNumber } from "../wire/fields.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const lift = fields({
  reason: reason(),
  up_to: wholeNumber(1, LARGEST_ID).optional().openapi({
    description: "The newest id of the history that you have read: what came later stays. Left out, all is lifted.",
  }),
}).openapi("KillSwitchLift", { example: { reason: "todo en orden", up_to: 1 } });

const route = createRoute({
  method: "post",
  path: "/api/kill-switch/lift",
  operationId: "planKillSwitchLift",
  tags: ["kill switch"],
  summary: "Plan to let money leave again",
  request: { headers: repeatable, body: { required: true, content: { "application/json": { schema: lift } } } },
  responses: {
    202: { description: "The plan, for another person", content: { "application/json": { schema: operatedView } } },
    ...problemAnswers,
  },
});

/** Plans the lifting of the kill switch. Another person's key confirms it; until then nothing is lifted. */
export function liftSwitch(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { reason, up_to } = c.req.valid("json");
    const wanted = { name: "lift_kill_switch", request: { upTo: up_to ?? null }, reason } as const;
    return c.json(toOperatedView(await operate(ports, c.get("caller"), wanted)), 202);
  });
}
