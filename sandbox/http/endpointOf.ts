import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

/** What the dial calls the endpoint that will answer: its method and route, `GET /mint_platform/v1/transactions/:id`. */
export function endpointOf(c: Context): string {
  const route = matchedRoutes(c).findLast(({ method }) => method === c.req.method);
  return `${c.req.method} ${route?.path ?? c.req.path}`;
}
