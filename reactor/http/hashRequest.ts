import { createHash } from "node:crypto";
import { toDecimal } from "../payments/money.ts";

/**
 * SHA-256 of what a request means: spaces make no difference. Nor does the order of fields, the schema's own included: a
 * later version that lists them otherwise must still know this version's requests.
 */
export function hashRequest(request: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(request, inOneOrder) ?? "")
    .digest("hex");
}

function inOneOrder(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return toDecimal(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
