import { cors } from "hono/cors";
import { maskClabesIn } from "../../payments/clabe.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { addressOf, limitRate } from "./limitRate.ts";

/** Browsers ask again after this, s. */
const PREFLIGHT_S = 600;
/** What is answered under /api is a person's or a program's, and no page: nobody keeps it, frames it or runs it. */
const API_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/**
 * What holds for every answer under /api, whoever made it: who may ask how often and from where, that nothing keeps or
 * runs it, and that a key which only reads is shown no whole CLABE, wherever one stands: a free text may quote one.
 */
export function guardAnswers(app: ApiApp, ports: Pick<AppPorts, "rateLimits" | "corsOrigins" | "monotonicMs">): void {
  const { rateLimits, corsOrigins, monotonicMs } = ports;
  if (corsOrigins.length > 0) {
    const headers = ["ETag", "Idempotent-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"];
    app.use(
      "/api/*",
      cors({
        origin: [...corsOrigins],
        allowMethods: ["GET", "POST", "PATCH"],
        allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
        exposeHeaders: headers,
        maxAge: PREFLIGHT_S,
      }),
    );
  }
  const count = limitRate("address", rateLimits.addressPerMinute, monotonicMs);
  app.use(async (c, next) => {
    const address = addressOf(c);
    if (address !== null) count(c, address);
    await next();
  });
  app.use("/api/*", async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(API_HEADERS)) c.res.headers.set(name, value);
    const type = c.res.headers.get("content-type") ?? "";
    const scopes = c.get("caller")?.scopes;
    // Who confirms a plan must read the account that it pays to.
    const onlyReads = scopes !== undefined && !scopes.has("operate") && !scopes.has("approve");
    if (!/^(application\/(problem\+)?json|text\/csv)/.test(type) || !onlyReads) return;
    const text = await c.res.text();
    c.res = new Response(maskClabesIn(text), c.res);
  });
}
