import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import type { SpeiIn } from "../books/records.ts";
import { RETURNED_PAYOUT_DEPOSIT_TYPE } from "../guesses.ts";
import { isoTime } from "../http/isoTime.ts";
import { speiPage, speiPaging } from "../http/pages.ts";
import { parseOrRefuse } from "../http/parseRequest.ts";
import { decimalFromCentavos } from "../money.ts";

const day = z.iso.date();

const query = speiPaging.extend({
  clabe_type: z.literal("AUTO_PAYMENT").optional(),
  deposit_status: z.enum(["COMPLETE", "PENDING", "FAILED"]).optional(),
  start_date: day.optional(),
  end_date: day.optional(),
  /** UTC offset of the two days. GUESS: the server's own zone is UTC. */
  timezone: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/)
    .default("+00:00"),
  only_refunds: z.enum(["true", "false"]).optional(),
  receiver_clabe: z.string().optional(),
  sender_clabe: z.string().optional(),
});

/** GET /spei/v1/deposits: every SPEI that arrived, returned payouts too, newest first. */
export function listDeposits(bank: Bank): Handler {
  return (c) => {
    const asked = parseOrRefuse(query, c.req.query());
    const { page, page_size, timezone } = asked;
    const from = asked.start_date ? Date.parse(`${asked.start_date}T00:00:00.000${timezone}`) : 0;
    const to = asked.end_date ? Date.parse(`${asked.end_date}T23:59:59.999${timezone}`) : Number.POSITIVE_INFINITY;
    const found = bank.books.state.speiIn.filter(
      (spei) =>
        (asked.deposit_status ?? "COMPLETE") === "COMPLETE" &&
        (asked.only_refunds !== "true" || spei.returnOf !== undefined) &&
        (asked.receiver_clabe ?? spei.receiverClabe) === spei.receiverClabe &&
        (asked.sender_clabe ?? spei.senderClabe) === spei.senderClabe &&
        spei.createdAt >= from &&
        spei.createdAt <= to,
    );
    return c.json({ success: true, payload: speiPage(found.toReversed().map(depositItem), { page, page_size }) });
  };
}

function depositItem(spei: SpeiIn): Record<string, unknown> {
  return {
    fid: spei.fid,
    deposit_id: spei.depositId,
    // Lower case in the answer although the filter is upper case.
    status: "complete",
    amount: decimalFromCentavos(spei.amountCentavos),
    currency: "mxn",
    receiver_clabe: spei.receiverClabe,
    receiver_name: spei.receiverName,
    sender_clabe: spei.senderClabe,
    sender_name: spei.senderName,
    tracking_key: spei.trackingKey,
    ...(spei.returnOf === undefined ? {} : { deposit_type: RETURNED_PAYOUT_DEPOSIT_TYPE }),
    created_at: isoTime(spei.createdAt),
  };
}
