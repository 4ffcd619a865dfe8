import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { parseBody } from "../http/parseRequest.ts";
import { validationRefusal } from "../http/refusal.ts";
import { isReturned, payoutOf, returnPayout } from "../spei/returnPayout.ts";

const body = z.strictObject({
  redemption_id: z.string(),
  /** One of the account's CLABEs; its first when left out. */
  receiver_clabe: z.string().optional(),
});

/** POST /sandbox/return-payout: the receiving bank sends a redemption's SPEI back now. */
export function returnPayoutNow(bank: Bank): Handler {
  return async (c) => {
    const { redemption_id, receiver_clabe } = await parseBody(c, body);
    const payout = payoutOf(bank, redemption_id);
    if (!payout) throw validationRefusal(["redemption_id: no redemption that was paid"]);
    if (isReturned(bank, payout)) throw validationRefusal(["redemption_id: its payout was already returned"]);
    if (receiver_clabe !== undefined && !bank.books.state.clabes.has(receiver_clabe)) {
      throw validationRefusal(["receiver_clabe: is not a CLABE of this account"]);
    }
    const spei = returnPayout(bank, payout, receiver_clabe);
    return c.json({ fid: spei.fid, tracking_key: spei.trackingKey, receiver_clabe: spei.receiverClabe });
  };
}
