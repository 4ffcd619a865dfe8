import { z } from "zod";
import { readAs } from "./classify.ts";
import type { JunoClient } from "./client.ts";
import { everyPage } from "./everyPage.ts";
import type { BankRefund, BankReply } from "./reply.ts";
import { enveloped } from "./wire/envelope.ts";
import { movement, refund } from "./wire/movement.ts";
import { springPage } from "./wire/page.ts";

const page = enveloped(springPage);
const given = z.array(refund);

/**
 * What the bank gave back for failed redemptions and withdrawals at or after an instant (unix ms), amounts in MXNB base units.
 * The list is documented as newest first, so the reading ends where the entries are older. That it has Spring's pages, like the
 * other mint_platform list, is a guess.
 */
export async function listRefunds(client: JunoClient, wanted: { sinceMs: number }): Promise<BankReply<BankRefund[]>> {
  const reply = await everyPage(client, {
    page,
    firstPage: 0,
    path: (number) => `/mint_platform/v1/financial_movements?page=${number}&size=100`,
    item: movement,
    idOf: (entry) => entry.id,
    isEnough: (entries) => entries.length > 0 && entries.every((entry) => entry.createdAtMs < wanted.sinceMs),
  });
  if (reply.outcome !== "done") return reply;
  const refunds = reply.value.filter(
    (entry) => entry.refundsTransactionId !== undefined && entry.createdAtMs >= wanted.sinceMs,
  );
  return readAs(client, { ...reply, value: refunds }, given);
}
