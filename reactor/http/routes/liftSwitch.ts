import { createRoute } from "@hono/zod-openapi";
import { liftKillSwitch } from "../../store/killSwitch.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, line, twoPersons, wholeNumber } from "../wire/fields.ts";
import { killSwitchView, readKillSwitchView } from "../wire/killSwitchView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";
import { LONGEST_NAME, LONGEST_REASON } from "./pullSwitch.ts";

const LARGEST_PULL = 2_147_483_647;

const lift = fields({
  reason: line(LONGEST_REASON),
  persons: twoPersons(LONGEST_NAME),
  up_to: wholeNumber(1, LARGEST_PULL).optional().openapi({
    description: "The newest id of the history that the two have read: what came later stays. Left out, all is lifted.",
  }),
}).openapi("KillSwitchLift");

const route = createRoute({
  method: "post",
  path: "/api/kill-switch/lift",
  request: { headers: repeatable, body: { required: true, content: { "application/json": { schema: lift } } } },
  responses: {
    200: { description: "What was read is lifted", content: { "application/json": { schema: killSwitchView } } },
    ...problemAnswers,
  },
});

/**
 * Lifts the kill switch in the names of two different persons. There is one API key so far, so the names are claimed and
 * recorded, not proven: whoever has the key could claim both. Keys of the persons' own come with issue C.
 */
export function liftSwitch(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { reason, persons, up_to } = c.req.valid("json");
    const events = await ports.db.transaction((tx) => liftKillSwitch(tx, { reason, persons, upTo: up_to ?? null }));
    if (events.length === 0) throw new Problem("nothing_to_lift");
    for (const event of events) ports.show(event);
    ports.wake();
    return c.json(await readKillSwitchView(ports.db), 200);
  });
}
