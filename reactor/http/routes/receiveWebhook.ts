import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { saveWebhook } from "../../store/saveWebhook.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

const route = createRoute({
  method: "post",
  path: "/webhooks/juno",
  responses: {
    200: {
      description: "Stored; the bank is asked what happened",
      content: { "application/json": { schema: z.object({ received: z.literal(true) }) } },
    },
    ...problemAnswers,
  },
});

/**
 * A webhook is a doorbell: anyone could ring it, so nothing in it is believed and it needs no key. It is stored as it came,
 * answered, and the bank is asked. Its content type is not looked at: a bank that is refused stops ringing.
 */
export function receiveWebhook(app: OpenAPIHono, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    await saveWebhook(ports.db, parse(await c.req.text()));
    ports.doorbell();
    return c.json({ received: true as const }, 200);
  });
}

/** @throws {Problem} for what is not JSON, or not JSON that Postgres can keep: it has no place for a NUL. */
function parse(text: string): unknown {
  if (text.includes("\\u0000")) throw new Problem("malformed_json");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem("malformed_json", { cause });
  }
}
