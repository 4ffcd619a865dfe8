import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import { operateWithAccount } from "../operations/operateWithAccount.ts";
import { returnableDeposit } from "../operations/returnDeposit.ts";
import type { AppPorts } from "../ports.ts";
import { fields } from "../wire/fields.ts";
import { givenAccount } from "../wire/givenAccount.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const LONGEST_ID = 300;

const body = fields({ reason: reason(), ...givenAccount }).openapi("DepositReturn", {
  example: {
    reason: "pagó dos veces; dio su cuenta por correo",
    legal_name: "Compradora de Prueba",
    clabe: "002115016003269411",
  },
});
const issuanceId = z.object({
  issuance_id: z
    .string()
    .min(1)
    .max(LONGEST_ID)
    .openapi({ param: { name: "issuance_id", in: "path" }, example: "iss-1" }),
});

const route = createRoute({
  method: "post",
  path: "/api/unassigned-deposits/{issuance_id}/return",
  operationId: "returnDeposit",
  tags: ["deposits"],
  summary: "Send money that is nobody's back",
  request: {
    headers: repeatable,
    params: issuanceId,
    body: { required: true, content: { "application/json": { schema: body } } },
  },
  responses: {
    202: { description: "The plan, for another person", content: { "application/json": { schema: operatedView } } },
    ...problemAnswers,
  },
});

/** Two persons send an unassigned deposit to the account that its buyer has named. */
export function returnDeposit(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { issuance_id: id } = c.req.valid("param");
    const { reason: why, legal_name: legalName, clabe } = c.req.valid("json");
    await returnableDeposit(ports.db, id);
    const operated = await operateWithAccount(
      ports,
      c.get("caller"),
      { payee: "buyer", legalName, clabe },
      { name: "return_deposit", reason: why, request: (accountId) => ({ issuanceId: id, accountId }) },
    );
    return c.json(toOperatedView(operated), 202);
  });
}
