import { createRoute, z } from "@hono/zod-openapi";
import { revokeKey as endKey } from "../../store/apiKeys.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reasonBody } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const route = createRoute({
  method: "post",
  path: "/api/keys/{id}/revoke",
  operationId: "revokeKey",
  tags: ["keys"],
  summary: "End a key",
  request: {
    headers: repeatable,
    params: z.object({ id: z.string().openapi({ example: "9f2c4e61a0b3" }) }),
    body: reasonBody,
  },
  responses: {
    200: {
      description: "The key opens nothing any more",
      content: { "application/json": { schema: z.object({ id: z.string(), revoked: z.literal(true) }) } },
    },
    ...problemAnswers,
  },
});

export function revokeKey(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const by = { actor: c.get("caller").owner.name, reason: c.req.valid("json").reason };
    const events = await ports.db.transaction((tx) => endKey(tx, id, by));
    if (events.length === 0) throw new Problem("key_not_found", { facts: { id: id.slice(0, 12) } });
    for (const event of events) ports.show(event);
    return c.json({ id, revoked: true as const }, 200);
  });
}
