import type { Handler } from "hono";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { isClabe, NVIO_PREFIX } from "../clabe.ts";
import { parseBody } from "../http/parseRequest.ts";
import { bankAccountItem } from "./bankAccountItem.ts";

const body = z.object({
  tag: z.string().min(1),
  recipient_legal_name: z.string().min(1),
  // GUESS: that the control digit is checked; the documentation's own samples would fail.
  clabe: z
    .string()
    .refine(isClabe, "is not a valid CLABE")
    .refine((clabe) => !clabe.startsWith(NVIO_PREFIX), "an Nvio CLABE cannot be paid by SPEI from Nvio"),
  ownership: z.enum(["COMPANY_OWNED", "THIRD_PARTY"]),
});

/** POST /mint_platform/v1/accounts/banks. GUESS: the same CLABE may be registered again, as another account. */
export function createBankAccount(bank: Bank): Handler {
  return async (c) => {
    const { tag, recipient_legal_name: recipientLegalName, clabe, ownership } = await parseBody(c, body);
    const account = { id: uuid({ random: bank.random(16) }), tag, recipientLegalName, clabe, ownership };
    bank.books.record([{ entry: "bank_account_registered", account }]);
    return c.json({ success: true, payload: bankAccountItem(account) });
  };
}
