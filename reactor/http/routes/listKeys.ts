import { createRoute, z } from "@hono/zod-openapi";
import { listKeys as readKeys } from "../../store/apiKeys.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { fields } from "../wire/fields.ts";
import { keyView, toKeyView } from "../wire/keyView.ts";
import { LONGEST_PAGE, newestFirstByName, nextName, nextOf } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/keys",
  operationId: "listKeys",
  tags: ["keys"],
  summary: "Every key there ever was",
  request: { query: fields(newestFirstByName) },
  responses: {
    200: {
      description: "Every key there ever was, newest first; of none the secret",
      content: { "application/json": { schema: z.object({ keys: z.array(keyView), next_before: nextName }) } },
    },
    ...problemAnswers,
  },
});

export function listKeys(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, before = null } = c.req.valid("query");
    const rows = await readKeys(db, { limit, before });
    return c.json({ keys: rows.map(toKeyView), next_before: nextOf(rows, limit, ({ id }) => id) }, 200);
  });
}
