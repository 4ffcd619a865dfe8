import { createRoute, z } from "@hono/zod-openapi";
import { maskEmail } from "../../payments/maskName.ts";
import { appendEvents } from "../../store/appendEvent.ts";
import type { ApiApp } from "../caller.ts";
import { recordOf } from "../operations/legPlan.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { linkRequest } from "./linkPayment.ts";

export const sentLinkView = z
  .object({
    for: z.enum(["buyer", "seller"]),
    sent_to: z.string().openapi({ description: "The address, but for its first letter", example: "a***@…" }),
  })
  .openapi("SentLink");

const route = createRoute({
  method: "post",
  path: "/api/payments/{id}/links/send",
  operationId: "sendPaymentLink",
  tags: ["payments"],
  summary: "Mail its buyer or seller a link that nobody else is shown",
  request: linkRequest,
  responses: {
    202: { description: "The mail leaves in a moment", content: { "application/json": { schema: sentLinkView } } },
    ...problemAnswers,
  },
});

/** The link is drawn when its mail leaves, and stands in nothing but that mail: whoever asks for it never sees it. */
export function sendLink(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { id: paymentId } = c.req.valid("param");
    const { for: audience, reason } = c.req.valid("json");
    const { party } = await recordOf(ports.db, paymentId);
    if (!ports.mailsParties) throw new Problem("no_mail_server");
    const email = (audience === "buyer" ? party?.payerEmail : party?.recipientEmail) ?? null;
    if (email === null) throw new Problem("no_mail_address");
    const [data, actor] = [{ audience, reason }, c.get("caller").owner.name];
    const told = { paymentId, legId: null, type: "enlace_por_correo", data, actor } as const;
    for (const event of await ports.db.transaction((tx) => appendEvents(tx, [told]))) ports.show(event);
    return c.json({ for: audience, sent_to: maskEmail(email) }, 202);
  });
}
