import { createRoute, z } from "@hono/zod-openapi";
import { dayInMexico } from "../../payments/mexicoTime.ts";
import { findDepositClabe } from "../../store/customers.ts";
import type { Database } from "../../store/database.ts";
import { readStatement } from "../../store/readStatement.ts";
import type { ApiApp, Caller } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { spanOf } from "../reports/dayView.ts";
import { type StatementView, statementCsv, statementView, toStatementView } from "../reports/statementView.ts";
import { CSV_TYPE } from "../reports/toCsv.ts";
import { day, fields, line } from "../wire/fields.ts";
import { LONGEST_CUSTOMER_ID } from "../wire/paymentRequest.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const LONGEST_PERIOD_MS = 367 * 86_400_000;

const params = z.object({ id: line(LONGEST_CUSTOMER_ID).openapi({ param: { example: "cliente-81" } }) });
const query = fields({
  from: day().optional().openapi({ description: "Left out: the first of the month of `to`" }),
  to: day().optional().openapi({ description: "Left out: today, in Mexico City" }),
});
const described = { method: "get" as const, tags: ["reports"], request: { params, query } };

const json = createRoute({
  ...described,
  path: "/api/customers/{id}/statement",
  operationId: "showStatement",
  summary: "What came to a customer's CLABE, what became of it, and what is held",
  responses: {
    200: { description: "The statement", content: { "application/json": { schema: statementView } } },
    ...problemAnswers,
  },
});
const csv = createRoute({
  ...described,
  path: "/api/customers/{id}/statement.csv",
  operationId: "showStatementAsCsv",
  summary: "The same as a table for spreadsheets",
  responses: {
    200: { description: "The statement", content: { "text/csv": { schema: z.string() } } },
    ...problemAnswers,
  },
});

export function showStatement(app: ApiApp, ports: AppPorts): void {
  app.openapi(json, async (c) => {
    const { id } = c.req.valid("param");
    const wanted = { id, ...c.req.valid("query") };
    return c.json(await readAnywhere(c, ports, (db) => readView(db, wanted, c.get("caller"), ports.nowMs())), 200);
  });
  app.openapi(csv, async (c) => {
    const { id } = c.req.valid("param");
    const wanted = { id, ...c.req.valid("query") };
    const view = await readAnywhere(c, ports, (db) => readView(db, wanted, c.get("caller"), ports.nowMs()));
    return c.text(statementCsv(view), 200, { "content-type": CSV_TYPE });
  });
}

type Wanted = Readonly<{ id: string; from?: string | undefined; to?: string | undefined }>;

/** @throws {Problem} for an unknown customer, and a period that is none. */
async function readView(db: Database, wanted: Wanted, caller: Caller, nowMs: number): Promise<StatementView> {
  const { id, to = dayInMexico(nowMs), from = `${to.slice(0, 8)}01` } = wanted;
  const span = spanOf(from, to);
  if (span.throughMs <= span.afterMs) throw new Problem("period_backwards", { facts: { field: "to" } });
  if (span.throughMs - span.afterMs > LONGEST_PERIOD_MS)
    throw new Problem("period_too_long", { facts: { field: "from" } });
  const depositClabe = await findDepositClabe(db, id);
  if (depositClabe === null) throw new Problem("customer_not_found", { facts: { id } });
  const customer = { id, depositClabe };
  const seesClabe = caller.scopes.has("operate");
  return toStatementView(await readStatement(db, customer, span), { customer, from, to, seesClabe });
}
