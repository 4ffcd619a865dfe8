import { z } from "zod";
import type { TransactionType } from "./reply.ts";
import { transactionType } from "./wire/fields.ts";

/**
 * A webhook is a doorbell: it says where to look, and anyone could have rung it. Juno's way of signing is not documented, so
 * neither its amounts nor its statuses are read.
 */
export type Doorbell =
  | { kind: "transaction"; id: string; type?: TransactionType }
  | { kind: "spei_deposit"; fid: string }
  | { kind: "unrecognised" };

const id = z.string().min(1).max(100);

const doorbell: z.ZodType<Doorbell> = z.union([
  z
    .object({
      event: z.literal("TRANSACTION"),
      payload: z.object({ id, type: transactionType.optional().catch(undefined) }),
    })
    .transform(({ payload: { id, type } }) => ({ kind: "transaction" as const, id, ...(type && { type }) })),
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
