import { z } from "zod";
import type { BankRefund } from "../reply.ts";
import { baseUnits, instant, movementStatus } from "./fields.ts";

/**
 * The names under which a refund may say which transaction it gives back: all guessed. Documented is only that an entry has a type
 * and one detail object named after it, and that refunds of failed redemptions are of type FUNDING; the fields of that object are
 * unread. A refund that names its transaction otherwise is not found, and its payment ends in review: correct this line then.
 */
const linkNames = ["refunded_transaction_id", "original_transaction_id", "related_transaction_id"];

/** An entry and its detail object laid over each other, for it is unread which of the two has id, amount and dates. */
const flat = z.looseObject({ type: z.string() }).transform((entry) => {
  const detail = z.looseObject({}).safeParse(entry[entry.type.toLowerCase()]);
  return { ...detail.data, ...entry };
});

/** An entry of the financial movements; `refundsTransactionId` only on one that gives something back. */
export const movement = flat
  .pipe(z.looseObject({ type: z.string(), id: z.string().optional(), fid: z.string().optional(), created_at: instant }))
  .transform((wire, context) => {
    const id = wire.id ?? wire.fid;
    if (id === undefined) {
      context.addIssue({ code: "custom", message: "has no id" });
      return z.NEVER;
    }
    const link = linkNames.map((name) => wire[name]).find((value) => typeof value === "string" && value !== "");
    const refundsTransactionId = wire.type.toUpperCase() === "FUNDING" ? link : undefined;
    return { id, createdAtMs: wire.created_at, refundsTransactionId, amount: wire.amount, status: wire.status };
  });

export const refund: z.ZodType<BankRefund> = z
  .object({
    id: z.string(),
    createdAtMs: z.number(),
    refundsTransactionId: z.string(),
    amount: baseUnits,
    status: movementStatus,
  })
  .transform(({ amount, ...rest }) => ({ ...rest, amountBaseUnits: amount }));
