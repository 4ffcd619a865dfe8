import { createRoute, z } from "@hono/zod-openapi";
import { createKey as storeKey } from "../../store/apiKeys.ts";
import { drawKey } from "../../store/keyText.ts";
import { adoptPerson } from "../../store/persons.ts";
import { SCOPES } from "../../store/schema/access.ts";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields, line, wholeNumber } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";
import { LONGEST_NAME } from "./pullSwitch.ts";

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
}).openapi("KeyRequest");

const route = createRoute({
  method: "post",
  path: "/api/keys",
  request: { headers: repeatable, body: { required: true, content: { "application/json": { schema: keyRequest } } } },
  responses: {
    201: {
      description: "The key, shown this once: null where the answer is replayed",
      content: { "application/json": { schema: z.object({ id: z.string(), key: z.string().nullable() }) } },
    },
    ...problemAnswers,
  },
});

/** Makes a key for a person or a service. One that approves is not one person's to make. */
export function createKey(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { owner: name, owner_kind: kind, scopes, days = USUAL_LIFE_DAYS } = c.req.valid("json");
    if (scopes.includes("approve")) throw new Problem("approve_key_needs_two");
    const key = drawKey();
    const events = await ports.db.transaction(async (tx) => {
      const owner = await adoptPerson(tx, name, kind);
      if (owner === null) throw new Problem("name_of_another_kind", { facts: { name }, pointer: "/owner" });
      return storeKey(tx, { key, owner, scopes, days, createdBy: c.get("caller").owner.name });
    });
    for (const event of events) ports.show(event);
    // What is kept to be replayed must not have the key in it.
    c.set("replay", JSON.stringify({ id: key.id, key: null }));
    return c.json({ id: key.id, key: key.text }, 201);
  });
}
