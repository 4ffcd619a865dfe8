import { createRoute, z } from "@hono/zod-openapi";
import { listKeys as readKeys } from "../../store/apiKeys.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { keyView, toKeyView } from "../wire/keyView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/keys",
  operationId: "listKeys",
  tags: ["keys"],
  summary: "Every key there ever was",
  responses: {
    200: {
      description: "Every key there ever was, newest first; of none the secret",
      content: { "application/json": { schema: z.object({ keys: z.array(keyView) }) } },
    },
    ...problemAnswers,
  },
});

export function listKeys(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => c.json({ keys: (await readKeys(db)).map(toKeyView) }, 200));
}
