import { createRoute } from "@hono/zod-openapi";
import { type Break, findBreak } from "../../store/breaks.ts";
import type { Queryable } from "../../store/database.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { breakView, etagOfBreak, toBreakView } from "../wire/breakView.ts";
import { digits, fields, LARGEST_ID } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

export const breakNumber = fields({ number: digits(1, LARGEST_ID).openapi({ param: { example: 1 } }) });

const route = createRoute({
  method: "get",
  path: "/api/breaks/{number}",
  operationId: "showBreak",
  tags: ["breaks"],
  summary: "One break, with the evidence of its three sides",
  request: { params: breakNumber },
  responses: {
    200: { description: "The break", content: { "application/json": { schema: breakView } } },
    ...problemAnswers,
  },
});

export function showBreak(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const known = await breakOf(db, c.req.valid("param").number);
    c.header("etag", etagOfBreak(known));
    return c.json(toBreakView(known), 200);
  });
}

/** @throws {Problem} when there is no such break. */
export async function breakOf(db: Queryable, number: number): Promise<Break> {
  const known = await findBreak(db, number);
  if (known === null) throw new Problem("break_not_found", { facts: { number: String(number) } });
  return known;
}
