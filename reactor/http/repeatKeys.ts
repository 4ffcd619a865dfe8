import { createHash } from "node:crypto";
import { toDecimal } from "../payments/money.ts";
import type { PaymentRequest } from "./wire/paymentRequest.ts";

/** Under what a repeat of a request is recognised: both kinds share one table, each in its own namespace. */
export type RepeatKey = `external_id:${string}` | `idempotency_key:${string}`;

export function repeatKeys(externalId: string | undefined, idempotencyKey: string | undefined): readonly RepeatKey[] {
  return [
    ...(externalId === undefined ? [] : [`external_id:${externalId}` as const]),
    ...(idempotencyKey === undefined ? [] : [`idempotency_key:${idempotencyKey}` as const]),
  ];
}

/**
 * SHA-256 of what the request means: spaces and "1500" for "1500.00" make no difference. Nor does the order of fields, the
 * schema's own included: a later version that lists them otherwise must still know this version's requests.
 */
export function hashRequest(request: PaymentRequest): string {
  return createHash("sha256").update(JSON.stringify(request, inOneOrder)).digest("hex");
}

function inOneOrder(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return toDecimal(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
