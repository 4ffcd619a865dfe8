import { Webhook } from "standardwebhooks";
import type { Message } from "./messageOf.ts";

/** A message's headers by Standard Webhooks, with a signature for each secret: a receiver needs one that it knows. */
export function sign({ id, body }: Message, secrets: readonly string[], nowMs: number): Record<string, string> {
  const at = new Date(nowMs);
  return {
    "content-type": "application/json",
    "user-agent": "Kustodia-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(nowMs / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}
