import { createRoute, z } from "@hono/zod-openapi";
import { toDecimal } from "../../payments/money.ts";
import { balancesAt } from "../../store/balancesAt.ts";
import { ACCOUNTS } from "../../store/schema/books.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { readAnywhere } from "../readAnywhere.ts";
import { fields, moment } from "../wire/fields.ts";
import { isoTimeOrNull } from "../wire/isoTime.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const amount = z.string().openapi({ example: "15000.00" });

const balancesView = z
  .object({
    at: z.iso.datetime().nullable().openapi({ description: "The moment asked for; null: now" }),
    balances: z
      .object({
        ...{ buyer: amount, suspense: amount, juno: amount, bridge: amount, escrow: amount, in_transit: amount },
        ...{ beneficiary: amount, fees: amount, returns: amount, company: amount },
      })
      .openapi({
        description:
          "Pesos in each account: `buyer` and `company`, who stand outside, are below zero; together they are 0",
      }),
  })
  .openapi("Balances");

const route = createRoute({
  method: "get",
  path: "/api/books/balances",
  operationId: "showBalances",
  tags: ["books"],
  summary: "The balance of every account of the books, now or at a past moment",
  request: { query: fields({ at: moment().optional().openapi({ type: "string", format: "date-time" }) }) },
  responses: {
    200: {
      description: "The balances as they were at that moment",
      content: { "application/json": { schema: balancesView } },
    },
    ...problemAnswers,
  },
});

export function showBalances(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const atMs = c.req.valid("query").at ?? null;
    const found = await readAnywhere(c, ports, (db) => balancesAt(db, atMs));
    const known = new Map(found.map(({ account, centavos }) => [account, centavos]));
    const balances = Object.fromEntries(ACCOUNTS.map((account) => [account, toDecimal(known.get(account) ?? 0n)]));
    return c.json({ at: isoTimeOrNull(atMs), balances: balances as z.infer<typeof balancesView>["balances"] }, 200);
  });
}
