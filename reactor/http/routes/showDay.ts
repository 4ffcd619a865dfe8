import { createRoute, z } from "@hono/zod-openapi";
import { breaksOfDay } from "../../store/breaksOfDay.ts";
import { readFlows } from "../../store/readFlows.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { dayCsv, dayView, spanOf, toDayView } from "../reports/dayView.ts";
import { CSV_TYPE } from "../reports/toCsv.ts";
import { dayOrFile } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "get",
  path: "/api/reports/day/{day}",
  operationId: "showDay",
  tags: ["reports"],
  summary: "A day of Mexico City: what each place had, what came, what went, what it has; and the breaks",
  request: { params: z.object({ day: dayOrFile() }) },
  responses: {
    200: {
      description: "The day's end; as a table for spreadsheets where `.csv` is written after the day",
      content: { "application/json": { schema: dayView }, "text/csv": { schema: z.string() } },
    },
    ...problemAnswers,
  },
});

export function showDay(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { day, csv } = c.req.valid("param").day;
    const span = spanOf(day);
    const found = await readAnywhere(c, ports, async (db) => ({
      flows: await readFlows(db, span),
      breaks: await breaksOfDay(db, span),
    }));
    const view = toDayView(day, { ...found, screens: ports.facts.screens }, ports.nowMs());
    return csv ? c.text(dayCsv(view), 200, { "content-type": CSV_TYPE }) : c.json(view, 200);
  });
}
