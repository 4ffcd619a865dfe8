import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { authenticate } from "./authenticate.ts";
import type { ApiEnv } from "./caller.ts";
import { limitRate } from "./limits/limitRate.ts";
import { Problem } from "./Problem.ts";
import type { AppPorts } from "./ports.ts";
import { routeScopes } from "./scopes.ts";

/** Lets a request in whose key has the scope of its route. Which routes there are is told only to who has a key. */
export function admit(ports: AppPorts): MiddlewareHandler<ApiEnv> {
  const count = limitRate("key", ports.rateLimits.keyPerMinute, ports.monotonicMs);
  return async (c, next) => {
    const route = matchedRoutes(c).findLast(({ method }) => method !== "ALL");
    const scope = route && routeScopes[`${route.method} ${route.path}`];
    if (scope === "open") return next();
    const caller = c.env?.caller ?? (await authenticate(ports, c.req.header("authorization")));
    count(c, caller.keyId);
    c.set("caller", caller);
    if (route !== undefined && (scope === undefined || !caller.scopes.has(scope))) {
      throw new Problem("scope_missing", { facts: { scope: scope ?? "—" } });
    }
    await next();
  };
}
