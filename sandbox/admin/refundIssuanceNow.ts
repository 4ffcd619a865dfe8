import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { parseBody } from "../http/parseRequest.ts";
import { validationRefusal } from "../http/refusal.ts";
import { backToSender } from "../orders/backToSender.ts";
import { move } from "../orders/move.ts";

const body = z.strictObject({ issuance_id: z.string() });

/**
 * POST /sandbox/refund-issuance: the bank sends the pesos of an issued deposit back after all (a recall, a fraud claim). GUESS:
 * the issuance stays COMPLETE and says `refunded`; its MXNB stay where they are, and the bank bears the loss until people agree.
 */
export function refundIssuanceNow(bank: Bank): Handler {
  return async (c) => {
    const { issuance_id } = await parseBody(c, body);
    const issuance = bank.books.state.transactions.get(issuance_id);
    const { order, status, refund } = issuance ?? {};
    if (!issuance || order?.type !== "ISSUANCE" || status !== "COMPLETE" || refund === "paid") {
      throw validationRefusal(["issuance_id: no issuance that is complete and was not refunded"]);
    }
    move(bank, issuance_id, { status, ...backToSender(bank, issuance, order) });
    return c.json({ issuance_id });
  };
}
