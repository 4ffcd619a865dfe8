import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

/** Cuts the connection without a word. @returns what tells @hono/node-server that there is nothing left to write. */
export function dropConnection(c: Context<{ Bindings: HttpBindings }>): Response {
  c.env.outgoing.destroy();
  return new Response(null, { headers: { "x-hono-already-sent": "true" } });
}
