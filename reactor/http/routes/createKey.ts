import { createRoute, z } from "@hono/zod-openapi";
import { drawKey, hashSecret } from "../../store/keyText.ts";
import { SCOPES } from "../../store/schema/access.ts";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { operate } from "../operations/operate.ts";
import type { AppPorts } from "../ports.ts";
import { fields, line, wholeNumber } from "../wire/fields.ts";
import { operatedView, toOperatedView } from "../wire/planView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";

const LONGEST_NAME = 100;
const LONGEST_LIFE_DAYS = 365;
const USUAL_LIFE_DAYS = 90;

const keyRequest = fields({
  owner: line(LONGEST_NAME),
  owner_kind: z.enum(["person", "service"], "not_accepted" satisfies FieldProblem),
  scopes: z
    .array(z.enum(SCOPES, "unknown_scope" satisfies FieldProblem))
    .min(1, "empty" satisfies FieldProblem)
    .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope))),
  days: wholeNumber(1, LONGEST_LIFE_DAYS).optional(),
  reason: reason(),
}).openapi("KeyRequest", {
  example: {
    owner: "tienda",
    owner_kind: "service",
    scopes: ["read", "operate"],
    days: 30,
    reason: "la tienda en línea",
  },
});

export const newKeyView = z
  .object({ ...operatedView.shape, id: z.string(), key: z.string().nullable() })
  .openapi("NewKey");
const newKey = { "application/json": { schema: newKeyView } };
const route = createRoute({
  method: "post",
  path: "/api/keys",
  operationId: "createKey",
  tags: ["keys"],
  summary: "Make a key",
  request: { headers: repeatable, body: { required: true, content: { "application/json": { schema: keyRequest } } } },
  responses: {
    201: { description: "The key, shown this once: null where the answer is replayed", content: newKey },
    202: { description: "The key, shown this once; another person must confirm it", content: newKey },
    ...problemAnswers,
  },
});

/** Makes a key, shown to who asks for it. One that approves opens nothing until another person has confirmed its plan. */
export function createKey(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { owner, owner_kind: kind, scopes, days = USUAL_LIFE_DAYS, reason } = c.req.valid("json");
    const { id, secret, text } = drawKey();
    const request = { id, secretHash: hashSecret(secret), owner, kind, scopes, days };
    const operated = await operate(ports, c.get("caller"), { name: "create_key", request, reason });
    const made = { id, ...toOperatedView(operated) };
    // What is kept to be replayed must not have the key in it.
    c.set("replay", JSON.stringify({ ...made, key: null }));
    return c.json({ ...made, key: text }, operated.done ? 201 : 202);
  });
}
