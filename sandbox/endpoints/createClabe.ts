import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import { newClabe } from "../spei/newClabe.ts";

/** POST /mint_platform/v1/clabes: no parameters, 201 with an AUTO_PAYMENT CLABE. */
export function createClabe(bank: Bank): Handler {
  return (c) => {
    const clabe = newClabe(bank);
    bank.books.record([{ entry: "clabe_created", clabe }]);
    return c.json({ success: true, payload: { clabe: clabe.clabe, type: "AUTO_PAYMENT" } }, 201);
  };
}
