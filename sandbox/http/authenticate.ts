import { createHmac, timingSafeEqual } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { REFUSALS } from "../guesses.ts";
import { Refusal } from "./refusal.ts";

/**
 * `Authorization: Bitso <key>:<nonce>:<signature>`; the signature is HMAC-SHA256, in hex, of nonce, method, path with query and
 * body without separator; the nonce of a key only grows. (docs.bitso.com/juno/docs/create-signed-requests.)
 * Nonces are the gateway's, not the books': after a restart the first one of each key is accepted.
 */
export function authenticate(apiKeys: Readonly<Record<string, string>>): MiddlewareHandler<{ Bindings: HttpBindings }> {
  const secrets = new Map(Object.entries(apiKeys));
  const lastNonce = new Map<string, bigint>();

  return async function authenticateRequest(c, next) {
    const header = c.req.header("Authorization");
    if (header === undefined) throw new Refusal(REFUSALS.authenticationRequired);
    const [, key = "", nonce = "", signature = ""] = /^Bitso ([^:]+):([^:]*):([0-9a-fA-F]{64})$/.exec(header) ?? [];
    const secret = secrets.get(key);
    if (secret === undefined) throw new Refusal(REFUSALS.badCredentials);

    // The path as it came over the wire: a URL object would have normalised what the caller signed.
    const message = nonce + c.req.method + c.env.incoming.url + (await c.req.text());
    const expected = createHmac("sha256", secret).update(message).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) throw new Refusal(REFUSALS.badCredentials);

    if (!/^\d{1,19}$/.test(nonce)) throw new Refusal(REFUSALS.badNonceType);
    if (BigInt(nonce) <= (lastNonce.get(key) ?? -1n)) throw new Refusal(REFUSALS.badNonceValue);
    lastNonce.set(key, BigInt(nonce));
    await next();
  };
}
