import type { BankAccount } from "../books/records.ts";

/** A bank account as /mint_platform/v1/accounts/banks shows it. */
export function bankAccountItem({
  id,
  tag,
  recipientLegalName,
  clabe,
  ownership,
}: BankAccount): Record<string, unknown> {
  return { id, tag, recipient_legal_name: recipientLegalName, clabe, ownership };
}
