import type { JunoClient } from "./client.ts";
import { everyPage, type IsEnough } from "./everyPage.ts";
import type { BankReply, BankTransaction } from "./reply.ts";
import { enveloped } from "./wire/envelope.ts";
import { springPage } from "./wire/page.ts";
import { transaction } from "./wire/transaction.ts";

const page = enveloped(springPage);

/**
 * Every transaction created at or after an instant (unix ms), in the bank's order, or as many as are enough. `done` only for a
 * complete reading: absence from it means absence when it started.
 */
export async function listTransactions(
  client: JunoClient,
  wanted: { createdSinceMs: number; isEnough?: IsEnough<BankTransaction> },
): Promise<BankReply<BankTransaction[]>> {
  const reply = await everyPage(client, {
    page,
    firstPage: 0,
    path: (number) => listPath(wanted.createdSinceMs, number),
    item: transaction,
    idOf: (item) => item.id,
    ...(wanted.isEnough && { isEnough: wanted.isEnough }),
  });
  if (reply.outcome !== "done") return reply;
  // The filter's name is uncertain, so the bank may have ignored it.
  return { ...reply, value: reply.value.filter(({ createdAtMs }) => createdAtMs >= wanted.createdSinceMs) };
}

/**
 * `page` is documented; the date filter is named iso_date_from after the newer, snake_case edition, of which only amount_from was
 * read (a guess); `size` is what Kustodia's client sends.
 */
function listPath(createdSinceMs: number, page: number): string {
  const from = `${new Date(createdSinceMs).toISOString().slice(0, 19)}Z`;
  return `/mint_platform/v1/transactions?iso_date_from=${from}&page=${page}&size=100`;
}
