import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import { operate } from "../operations/operate.ts";
import type { AppPorts } from "../ports.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reasoned } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const LONGEST_NAME = 32;

const named = z.object({
  name: z
    .string()
    .max(LONGEST_NAME)
    .openapi({ param: { name: "name", in: "path" }, example: "principal" }),
});

/** Path, operation, and what it says. */
const VERBS = [
  ["open", "openLane", "open_lane", "Plan to open a lane to new payments"],
  ["drain", "drainLane", "drain_lane", "Give a lane no new payments; those that it has go on"],
  ["retire", "retireLane", "retire_lane", "Retire a lane that has no payment left"],
] as const;

const routeOf = ([path, operationId, , summary]: (typeof VERBS)[number]) =>
  createRoute({
    method: "post",
    path: `/api/lanes/{name}/${path}`,
    operationId,
    tags: ["lanes"],
    summary,
    request: {
      headers: repeatable,
      params: named,
      body: { required: true, content: { "application/json": { schema: reasoned } } },
    },
    responses: {
      200: { description: "Done", content: { "application/json": { schema: operatedView } } },
      202: { description: "The plan, for another person", content: { "application/json": { schema: operatedView } } },
      ...problemAnswers,
    },
  });

/** Opens a lane, by two persons; drains or retires it, by one. */
export function changeLane(app: ApiApp, ports: AppPorts): void {
  for (const verb of VERBS) {
    app.openapi(routeOf(verb), async (c) => {
      const { name: lane } = c.req.valid("param");
      const operated = await operate(ports, c.get("caller"), {
        ...{ name: verb[2], request: { lane } },
        reason: c.req.valid("json").reason,
      });
      return c.json(toOperatedView(operated), operated.done ? 200 : 202);
    });
  }
}
