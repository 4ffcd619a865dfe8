import { createHmac } from "node:crypto";

/**
 * The `Authorization` header of one call: HMAC-SHA256 in hex over nonce, method, path and body glued together
 * (docs.bitso.com/juno/docs/create-signed-requests). `path` includes the query and, like `body`, is exactly what is sent.
 */
export function signature(call: {
  apiKey: string;
  apiSecret: string;
  nonce: bigint;
  method: "GET" | "POST";
  path: string;
  body: string;
}): string {
  const message = `${call.nonce}${call.method}${call.path}${call.body}`;
  const digest = createHmac("sha256", call.apiSecret).update(message).digest("hex");
  return `Bitso ${call.apiKey}:${call.nonce}:${digest}`;
}
