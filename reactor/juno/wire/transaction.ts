import { z } from "zod";
import type { BankTransaction } from "../reply.ts";
import { baseUnits, instant, sent, transactionStatus, transactionType } from "./fields.ts";
import { detailsOf } from "./transactionDetails.ts";

/** What every edition of list item and detail has: lists say id and summary_status, details transaction_id and status. */
const core = z
  .looseObject({
    id: z.string().optional(),
    transaction_id: z.string().optional(),
    transaction_type: transactionType,
    status: transactionStatus.optional(),
    summary_status: transactionStatus.optional(),
    amount: baseUnits,
    currency: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .transform((wire, context) => {
    const id = wire.id ?? wire.transaction_id;
    const status = wire.status ?? wire.summary_status;
    if (id !== undefined && status !== undefined) return { ...wire, id, status };
    context.addIssue({ code: "custom", message: "has no id or no status" });
    return z.NEVER;
  });

export const transaction: z.ZodType<BankTransaction> = core.transform((wire) => ({
  id: wire.id,
  type: wire.transaction_type,
  status: wire.status,
  amountBaseUnits: wire.amount,
  currency: wire.currency.toUpperCase(),
  createdAtMs: wire.created_at,
  updatedAtMs: wire.updated_at,
  ...detailsOf(wire),
}));

/** What a POST that moves money answers. A withdrawal's answer is only known to have an id. */
export const accepted = z
  .object({
    id: z.string().min(1),
    status: transactionStatus.optional(),
    summary_status: transactionStatus.optional(),
    transaction_type: transactionType.optional(),
    amount: baseUnits.optional(),
  })
  .transform((wire) => ({
    transaction: { id: wire.id, ...sent({ status: wire.status ?? wire.summary_status }) },
    type: wire.transaction_type,
    amountBaseUnits: wire.amount,
  }));
