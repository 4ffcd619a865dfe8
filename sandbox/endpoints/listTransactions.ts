import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { springPage, springPaging } from "../http/pages.ts";
import { amountField, parseOrRefuse } from "../http/parseRequest.ts";
import { transactionSummary } from "./transactionSummary.ts";

const time = z.iso.datetime().transform((text) => Date.parse(text));

const query = springPaging.extend({
  type: z.enum(["ISSUANCE", "REDEMPTION", "CRYPTO_DEPOSIT", "CRYPTO_WITHDRAWAL", "CONVERSION"]).optional(),
  amount_from: amountField.optional(),
  amount_to: amountField.optional(),
  iso_date_from: time.optional(),
  iso_date_to: time.optional(),
});

/** GET /mint_platform/v1/transactions: newest first; filters the documentation does not know are ignored. */
export function listTransactions(bank: Bank): Handler {
  return (c) => {
    const { type, amount_from, amount_to, iso_date_from, iso_date_to, ...paging } = parseOrRefuse(query, c.req.query());
    const found = [...bank.books.state.transactions.values()].filter(
      ({ order, amountBaseUnits, createdAt }) =>
        (type ?? order.type) === order.type &&
        amountBaseUnits >= (amount_from ?? 0n) &&
        amountBaseUnits <= (amount_to ?? amountBaseUnits) &&
        createdAt >= (iso_date_from ?? 0) &&
        createdAt <= (iso_date_to ?? createdAt),
    );
    return c.json({ success: true, payload: springPage(found.toReversed().map(transactionSummary), paging) });
  };
}
