import type { JunoClient } from "./client.ts";
import { everyPage } from "./everyPage.ts";
import type { BankReply, BankTransaction, TransactionType } from "./reply.ts";
import { enveloped } from "./wire/envelope.ts";
import { springPage } from "./wire/page.ts";
import { transaction } from "./wire/transaction.ts";

const page = enveloped(springPage);

type Wanted = { type?: TransactionType; createdSinceMs: number };

/**
 * Every transaction (of one type, if asked for) created at or after an instant (unix ms), in the bank's order. `done` only for a complete reading:
 * absence from it means absence when it started.
 */
export async function listTransactions(client: JunoClient, wanted: Wanted): Promise<BankReply<BankTransaction[]>> {
  const reply = await everyPage(client, {
    page,
    firstPage: 0,
    path: (number) => listPath(wanted, number),
    item: transaction,
    idOf: (item) => item.id,
  });
  if (reply.outcome !== "done") return reply;
  // The filters' names are uncertain, so the bank may have ignored them.
  const value = reply.value.filter(
    ({ type, createdAtMs }) => (wanted.type ?? type) === type && createdAtMs >= wanted.createdSinceMs,
  );
  return { ...reply, value };
}

/**
 * `type` and `page` are documented; the date filter is named iso_date_from after the newer, snake_case edition, of which only
 * amount_from was read (a guess); `size` is what Kustodia's client sends.
 */
function listPath(wanted: Wanted, page: number): string {
  const from = `${new Date(wanted.createdSinceMs).toISOString().slice(0, 19)}Z`;
  const type = wanted.type === undefined ? "" : `type=${wanted.type}&`;
  return `/mint_platform/v1/transactions?${type}iso_date_from=${from}&page=${page}&size=100`;
}
