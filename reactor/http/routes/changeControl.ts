import { createRoute, z } from "@hono/zod-openapi";
import { isAddress } from "viem";
import { CONTROL_NAMES, isCeiling } from "../../payments/controls.ts";
import { FIRST_LANE } from "../../payments/lanes.ts";
import { parsePesos } from "../../payments/money.ts";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { operate } from "../operations/operate.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, line } from "../wire/fields.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const LONGEST_VALUE = 100;

const change = fields({
  reason: reason(),
  value: line(LONGEST_VALUE).openapi({ description: "A ceiling in pesos, or an address" }),
}).openapi("ControlChange", { example: { reason: "temporada alta", value: "30000000.00" } });
const named = z.object({
  name: z.enum(CONTROL_NAMES, "not_accepted" satisfies FieldProblem).openapi({
    param: { name: "name", in: "path" },
    example: "hour_ceiling",
  }),
});

const route = createRoute({
  method: "post",
  path: "/api/controls/{name}",
  operationId: "changeControl",
  tags: ["controls"],
  summary: "Plan another ceiling, or another pinned address",
  request: {
    headers: repeatable,
    params: named,
    body: { required: true, content: { "application/json": { schema: change } } },
  },
  responses: {
    202: { description: "The plan, for another person", content: { "application/json": { schema: operatedView } } },
    ...problemAnswers,
  },
});

/** Plans another value for what only two persons change. Another person's key confirms it; until then nothing is changed. */
export function changeControl(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { reason: why, value } = c.req.valid("json");
    // An address is the lane's whose reactor answers; a ceiling is everybody's.
    const lane = isCeiling(name) ? FIRST_LANE : ports.facts.lane;
    const request = { name, lane, value: isCeiling(name) ? ceilingOf(value) : addressOf(value) };
    const operated = await operate(ports, c.get("caller"), { name: "change_control", request, reason: why });
    return c.json(toOperatedView(operated), 202);
  });
}

const wrong = (problem: FieldProblem) => new Problem(problem, { facts: { field: "value" }, pointer: "/value" });

/** @returns centavos, as they are stored. @throws {Problem} for what is no amount above nothing. */
function ceilingOf(text: string): string {
  const parsed = parsePesos(text);
  if (!parsed.ok) throw wrong(parsed.problem);
  return String(parsed.amountCentavos);
}

/** @throws {Problem} for what is no address, or one whose capital letters do not fit it (EIP-55): a digit of it is another. */
function addressOf(text: string): string {
  if (!isAddress(text)) throw wrong("not_address");
  return text.toLowerCase();
}
