import { createRoute } from "@hono/zod-openapi";
import { acknowledgeAlert as takeAlert } from "../../store/alerts.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { alertView, toAlertView } from "../wire/alertView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reasonBody } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { rowId } from "./changeEndpoint.ts";

const route = createRoute({
  method: "post",
  path: "/api/alerts/{id}/acknowledge",
  operationId: "acknowledgeAlert",
  tags: ["alerts"],
  summary: "Take an alert: somebody has it",
  request: { headers: repeatable, params: rowId, body: reasonBody },
  responses: {
    200: { description: "Somebody has it: it is told no more", content: { "application/json": { schema: alertView } } },
    ...problemAnswers,
  },
});

export function acknowledgeAlert(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { name, kind } = c.get("caller").owner;
    if (kind !== "person") throw new Problem("needs_a_person");
    const taken = await ports.db.transaction((tx) =>
      takeAlert(tx, id, { person: name, reason: c.req.valid("json").reason }),
    );
    if (taken === null) throw new Problem("alert_not_open", { facts: { id: String(id) } });
    for (const event of taken.events) ports.show(event);
    return c.json(toAlertView(taken.alert), 200);
  });
}
