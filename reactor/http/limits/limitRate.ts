import type { Context } from "hono";
import { Problem } from "../Problem.ts";
import { createBuckets } from "./createBuckets.ts";

export type RateLimits = Readonly<{ keyPerMinute: number; addressPerMinute: number }>;
/** Counts a request against one caller's allowance. @throws {Problem} when nothing of it is left. */
export type Count = (c: Pick<Context, "header">, name: string) => void;

const WINDOW_S = 60;

/**
 * Counts requests by key or by address, and says in the headers of draft-ietf-httpapi-ratelimit-headers what is left.
 * Where both count, the headers name both.
 */
export function limitRate(policy: "key" | "address", perMinute: number, nowMs: () => number): Count {
  const take = createBuckets(perMinute, nowMs);
  return (c, name) => {
    const { allowed, remaining, fullInS, retryInS } = take(name);
    c.header("ratelimit-policy", `"${policy}";q=${perMinute};w=${WINDOW_S}`, { append: true });
    c.header("ratelimit", `"${policy}";r=${remaining};t=${fullInS}`, { append: true });
    if (allowed) return;
    c.header("retry-after", String(retryInS));
    throw new Problem("too_many_requests", { facts: { maximum: String(perMinute), seconds: String(retryInS) } });
  };
}

type Connection = Readonly<{ incoming?: Readonly<{ socket?: Readonly<{ remoteAddress?: string }> }> }>;

/** Where a request comes from; behind a proxy it is the proxy. Null for one that came by no port: a page's own. */
export const addressOf = (c: Pick<Context, "env">): string | null =>
  (c.env as Connection | undefined)?.incoming?.socket?.remoteAddress ?? null;
