import { z } from "zod";
import {
  bankAccount,
  clabeRecord,
  opening,
  refund,
  refundEntry,
  signedCall,
  speiIn,
  speiOut,
  timelineStep,
  transaction,
  transactionStatus,
  webhookRegistration,
} from "./records.ts";

/** One change of the books. */
const entry = z.discriminatedUnion("entry", [
  z.object({ entry: z.literal("books_opened"), opening }),
  z.object({ entry: z.literal("clabe_created"), clabe: clabeRecord }),
  z.object({ entry: z.literal("bank_account_registered"), account: bankAccount }),
  z.object({ entry: z.literal("webhook_registered"), registration: webhookRegistration }),
  z.object({ entry: z.literal("spei_received"), spei: speiIn }),
  z.object({ entry: z.literal("spei_sent"), spei: speiOut }),
  z.object({ entry: z.literal("transaction_opened"), transaction }),
  z.object({ entry: z.literal("call_signed"), transactionId: z.string(), signed: signedCall }),
  z.object({
    entry: z.literal("transaction_moved"),
    transactionId: z.string(),
    at: z.number(),
    status: transactionStatus,
    failure: z.string().optional(),
    refund: refund.optional(),
    step: timelineStep.optional(),
  }),
  z.object({ entry: z.literal("refunded"), refund: refundEntry }),
]);
export type Entry = z.output<typeof entry>;

/** One line of the journal: entries that are true together or not at all. */
export const journalLine = z.array(entry);
