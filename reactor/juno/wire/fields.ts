import { z } from "zod";
import { decimalToUnits } from "../decimal.ts";
import type { MovementStatus, TransactionStatus, TransactionType } from "../reply.ts";

/** MXN or MXNB, written as a number or a string, as MXNB base units. */
export const baseUnits = units(6);
/** MXN as centavos; the bank's own amounts have two decimals at most. */
export const centavos = units(2);

function units(decimals: number) {
  return z.string().transform((text, context) => {
    const amount = decimalToUnits(text, decimals);
    if (amount !== undefined) return amount;
    context.addIssue({ code: "custom", message: `is not an amount of at most ${decimals} decimals` });
    return z.NEVER;
  });
}

/** ISO 8601 with a zone, to unix ms. Without a zone it is refused: six hours of doubt would hide a deposit from its window. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/)
  .transform((text) => Date.parse(text));

export const count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

export const clabeText = z.string().regex(/^\d{18}$/);

/** Docs say PENDING, IN_PROGRESS, COMPLETE, FAILED; client types also have COMPLETED and PROCESSING. */
export const transactionStatus = word<TransactionStatus>({
  PENDING: "PENDING",
  IN_PROGRESS: "IN_PROGRESS",
  PROCESSING: "IN_PROGRESS",
  COMPLETE: "COMPLETE",
  COMPLETED: "COMPLETE",
  FAILED: "FAILED",
});

/** Deposits answer in lower case though their filter is upper case. The final words of movements are guessed to be the same. */
export const movementStatus = word<MovementStatus>({
  PENDING: "pending",
  IN_PROGRESS: "pending",
  PROCESSING: "pending",
  COMPLETE: "complete",
  COMPLETED: "complete",
  FAILED: "failed",
});

/** An unknown type is refused, not skipped: a reading with something not understood in it is not a reading. */
export const transactionType = word<TransactionType>({
  ISSUANCE: "ISSUANCE",
  REDEMPTION: "REDEMPTION",
  CRYPTO_DEPOSIT: "CRYPTO_DEPOSIT",
  CRYPTO_WITHDRAWAL: "CRYPTO_WITHDRAWAL",
  CONVERSION: "CONVERSION",
});

function word<Meaning extends string>(meanings: Readonly<Record<string, Meaning>>) {
  return z.string().transform((text, context) => {
    const meaning = Object.hasOwn(meanings, text.toUpperCase()) ? meanings[text.toUpperCase()] : undefined;
    if (meaning !== undefined) return meaning;
    context.addIssue({ code: "custom", message: `is the unknown word ${JSON.stringify(text.slice(0, 40))}` });
    return z.NEVER;
  });
}

/** The fields the bank really sent: optional properties are left out instead of being undefined. */
export function sent<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value as Exclude<T[typeof name], undefined>;
  }
  return kept;
}
