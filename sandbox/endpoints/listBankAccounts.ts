import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import { bankAccountItem } from "./bankAccountItem.ts";

/** GET /mint_platform/v1/accounts/banks: all of them, no pages. */
export function listBankAccounts(bank: Bank): Handler {
  return (c) => c.json({ success: true, payload: [...bank.books.state.bankAccounts.values()].map(bankAccountItem) });
}
