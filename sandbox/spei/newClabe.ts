import type { Bank } from "../bank.ts";
import type { ClabeRecord } from "../books/records.ts";
import { junoClabe } from "../clabe.ts";
import { randomDigits } from "./trackingKey.ts";

/** A CLABE that nobody has yet, not yet in the books. Random: a sandbox begun anew must not hand an old customer's to another. */
export function newClabe(bank: Pick<Bank, "books" | "random" | "now">): ClabeRecord {
  const clabe = junoClabe(randomDigits(bank, 11));
  return bank.books.state.clabes.has(clabe) ? newClabe(bank) : { clabe, createdAt: bank.now() };
}
