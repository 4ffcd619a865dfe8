import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { Problem } from "./Problem.ts";

/**
 * Lets only requests with the API key through. Hashes are compared, in constant time: neither the key's length nor its
 * first characters can be found by measuring.
 * @param apiKeyHash SHA-256 of the key, hexadecimal.
 * @throws Error when it is not one: an API without a key would be open.
 */
export function authenticate(apiKeyHash: string): MiddlewareHandler {
  if (!/^[0-9a-f]{64}$/.test(apiKeyHash)) throw new Error("The API key's hash is not a hexadecimal SHA-256.");
  const wanted = Buffer.from(apiKeyHash, "hex");
  return async (c, next) => {
    const key = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (key === undefined || !timingSafeEqual(createHash("sha256").update(key).digest(), wanted)) {
      throw new Problem("unauthenticated");
    }
    await next();
  };
}
