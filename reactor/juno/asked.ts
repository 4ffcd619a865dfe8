import { validate } from "uuid";
import { centavosToDecimal } from "./decimal.ts";

// What only a mistake of ours can send is refused here, before anything leaves.

/** The amount as the bank reads it. Throws RangeError unless it is positive. */
export function askedAmount(amountCentavos: bigint): string {
  if (amountCentavos > 0n) return centavosToDecimal(amountCentavos);
  throw new RangeError(`The bank cannot be asked to move ${amountCentavos} centavos: the amount must be positive.`);
}

/** Throws TypeError unless the text is a UUID: stage refuses other idempotency keys (SEYF-P 996f204) and bank account ids. */
export function askedUuid(what: string, text: string): string {
  if (validate(text)) return text;
  throw new TypeError(`The ${what} ${JSON.stringify(text)} is not a UUID.`);
}
