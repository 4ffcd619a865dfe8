import { z } from "zod";
import { readAs } from "./classify.ts";
import type { JunoClient } from "./client.ts";
import { everyPage } from "./everyPage.ts";
import type { BankReply, BankTransaction, TransactionType } from "./reply.ts";
import { enveloped } from "./wire/envelope.ts";
import { transactionType } from "./wire/fields.ts";
import { springPage } from "./wire/page.ts";
import { transaction } from "./wire/transaction.ts";

const listed = z.looseObject({ id: z.string(), transaction_type: transactionType });

type Wanted = { type?: TransactionType; createdSinceMs: number };

/**
 * Every transaction (of one type, if asked for) created at or after an instant (unix ms), in the bank's order. `done` only for a complete reading:
 * absence from it means absence when it started.
 */
export async function listTransactions(client: JunoClient, wanted: Wanted): Promise<BankReply<BankTransaction[]>> {
  const reply = await everyPage(client, {
    page: enveloped(springPage),
    firstPage: 0,
    path: (page) => listPath(wanted, page),
    item: listed,
    idOf: (item) => item.id,
  });
  if (reply.outcome !== "done") return reply;
  // The filters' names are uncertain, so the bank may have ignored them.
  const ofType = reply.value.filter((item) => wanted.type === undefined || item.transaction_type === wanted.type);
  const read = readAs({ ...reply, value: ofType }, z.array(transaction));
  if (read.outcome !== "done") return read;
  return { ...read, value: read.value.filter((item) => item.createdAtMs >= wanted.createdSinceMs) };
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
