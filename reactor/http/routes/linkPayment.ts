import { createRoute, z } from "@hono/zod-openapi";
import { drawLink } from "../../store/linkText.ts";
import { createLink, revokeLink } from "../../store/paymentLinks.ts";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { recordOf } from "../operations/legPlan.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { fields } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reason } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { paymentId } from "./showPayment.ts";

const wanted = fields({
  for: z.enum(["buyer", "seller"], "not_accepted" satisfies FieldProblem),
  reason: reason(),
}).openapi("LinkRequest", { example: { for: "buyer", reason: "lo pide la compradora" } });
/** For whom, and why. */
export const linkRequest = {
  headers: repeatable,
  params: paymentId,
  body: { required: true, content: { "application/json": { schema: wanted } } },
};

export const linkView = z
  .object({
    for: z.enum(["buyer", "seller"]),
    path: z.string().nullable().openapi({ description: "Shown once: null where the answer is replayed" }),
  })
  .openapi("PaymentLink");
const link = { "application/json": { schema: linkView } };

const create = createRoute({
  method: "post",
  path: "/api/payments/{id}/links",
  operationId: "createPaymentLink",
  tags: ["payments"],
  summary: "Make a page of this payment for its buyer or seller",
  request: linkRequest,
  responses: {
    201: { description: "The page's address; the one that they had before opens nothing any more", content: link },
    ...problemAnswers,
  },
});
const revoke = createRoute({
  method: "post",
  path: "/api/payments/{id}/links/revoke",
  operationId: "revokePaymentLink",
  tags: ["payments"],
  summary: "End the page of its buyer or seller",
  request: linkRequest,
  responses: { 200: { description: "It opens nothing any more", content: link }, ...problemAnswers },
});

/** What shows a payment to whoever has no key: 256 random bits, of which only the hash is kept. */
export function linkPayment(app: ApiApp, ports: AppPorts): void {
  app.openapi(create, async (c) => {
    const { id } = c.req.valid("param");
    const { for: audience, reason } = c.req.valid("json");
    await recordOf(ports.db, id);
    const { path, tokenHash } = drawLink();
    const made = { paymentId: id, audience, tokenHash, actor: c.get("caller").owner.name, reason };
    for (const event of await ports.db.transaction((tx) => createLink(tx, made))) ports.show(event);
    // What is kept to be replayed must not open the page.
    c.set("replay", JSON.stringify({ for: audience, path: null }));
    return c.json({ for: audience, path }, 201);
  });
  app.openapi(revoke, async (c) => {
    const { id } = c.req.valid("param");
    const { for: audience, reason } = c.req.valid("json");
    const ended = { paymentId: id, audience, actor: c.get("caller").owner.name, reason };
    const events = await ports.db.transaction((tx) => revokeLink(tx, ended));
    if (events.length === 0) throw new Problem("link_not_found", { facts: { id: String(id) } });
    for (const event of events) ports.show(event);
    return c.json({ for: audience, path: null }, 200);
  });
}
