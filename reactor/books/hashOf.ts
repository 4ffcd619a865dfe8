import { createHash } from "node:crypto";
import type { SealedRow } from "../store/seals.ts";

/** What the first seal of a chain has before it. */
export const BEGINNING = "0".repeat(64);

/**
 * The hash of a row in its place: SHA-256, in lower-case hex, of one JSON array in UTF-8, as RFC 8785 writes it. It holds,
 * in this order: "kustodia-1", the hash before (64 zeros at the beginning), the payment's number as text ("0": the
 * installation), the position as text from "1", the source, and the row's own fields (store/seals.ts). All of it is text,
 * null, or lists of these: there is no number to round and no key to sort, so any language's JSON gives the same bytes.
 */
export function hashOf(row: SealedRow, position: number, previousHash: string): string {
  const place = ["kustodia-1", previousHash, String(row.paymentId), String(position), row.source];
  return createHash("sha256")
    .update(JSON.stringify([...place, ...row.fields]))
    .digest("hex");
}
