import { z } from "zod";
import type { TransactionType } from "./reply.ts";
import { transactionType } from "./wire/fields.ts";

/**
 * A webhook is a doorbell: it says where to look, and anyone could have rung it. Juno's way of signing is not documented, so
 * its amounts are not read. `saysOver`: by its status the transaction has ended, which says how soon the bank is worth asking about it,
 * and nothing else.
 */
export type Doorbell =
  | { kind: "transaction"; id: string; type?: TransactionType; saysOver: boolean }
  | { kind: "spei_deposit"; fid: string }
  | { kind: "unrecognised" };

const id = z.string().min(1).max(100);

const doorbell: z.ZodType<Doorbell> = z.union([
  z
    .object({
      event: z.literal("TRANSACTION"),
      payload: z.object({ id, type: transactionType.optional().catch(undefined), status: z.unknown().optional() }),
    })
    .transform(({ payload: { id, type, status } }) => ({
      ...{ kind: "transaction" as const, id, ...(type && { type }) },
      saysOver: status === "COMPLETE" || status === "FAILED",
    })),
  // Bitso's own event for a deposit; a client received it for its Juno CLABEs.
  z
    .object({ event: z.literal("funding"), payload: z.object({ fid: id }) })
    .transform(({ payload: { fid } }) => ({ kind: "spei_deposit" as const, fid })),
]);

/** What an incoming webhook's JSON points at. Never throws. */
export function parseWebhook(body: unknown): Doorbell {
  const result = doorbell.safeParse(body);
  return result.success ? result.data : { kind: "unrecognised" };
}
