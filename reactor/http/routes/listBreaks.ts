import { createRoute, z } from "@hono/zod-openapi";
import { listBreaks as readBreaks } from "../../store/breaks.ts";
import { BREAK_STATES } from "../../store/schema/watch.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { breakView, toBreakView } from "../wire/breakView.ts";
import { fields, LARGEST_ID } from "../wire/fields.ts";
import { LONGEST_PAGE, newestFirst, nextNumber, nextOf } from "../wire/paging.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/breaks",
  operationId: "listBreaks",
  tags: ["breaks"],
  summary: "What bank, chain and books tell differently",
  request: {
    query: fields({
      ...newestFirst(LARGEST_ID),
      state: z.enum(BREAK_STATES).optional().openapi({ description: "Only of this state; healed ones are closed" }),
    }),
  },
  responses: {
    200: {
      description: "Breaks, newest first",
      content: { "application/json": { schema: z.object({ breaks: z.array(breakView), next_before: nextNumber }) } },
    },
    ...problemAnswers,
  },
});

export function listBreaks(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const { limit = LONGEST_PAGE, before = null, state } = c.req.valid("query");
    const rows = await readBreaks(db, { states: state === undefined ? null : [state], limit, before });
    return c.json({ breaks: rows.map(toBreakView), next_before: nextOf(rows, limit, ({ number }) => number) }, 200);
  });
}
