import type { MiddlewareHandler } from "hono";
import { addressOf, limitRate } from "../http/limits/limitRate.ts";
import type { SiteEnv, SitePorts } from "./site.ts";

/** Lets an address ask for these pages so often a minute, and for all of them together. */
export function limitAddress(
  perMinute: number,
  { monotonicMs }: Pick<SitePorts, "monotonicMs">,
): MiddlewareHandler<SiteEnv> {
  const count = limitRate("address", perMinute, monotonicMs);
  return async (c, next) => {
    const address = addressOf(c);
    if (address !== null) count(c, address);
    await next();
  };
}
