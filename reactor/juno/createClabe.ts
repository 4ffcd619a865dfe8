import { z } from "zod";
import type { JunoClient } from "./client.ts";
import type { BankReply } from "./reply.ts";
import { postInTurn } from "./request.ts";
import { enveloped } from "./wire/envelope.ts";
import { clabeText } from "./wire/fields.ts";

/** Another type would receive money and issue nothing. */
const created = z.object({ clabe: clabeText, type: z.literal("AUTO_PAYMENT").optional() });

/**
 * Asks for a new deposit CLABE, whose deposits the bank issues as MXNB. For one customer: a CLABE per payment is forbidden, and
 * so is giving one to another person. The call has no idempotency key: after an unknown, list before asking again. A nonce that
 * another reactor's call has overtaken is no unknown, and is asked with anew here.
 */
export async function createClabe(client: JunoClient): Promise<BankReply<{ clabe: string }>> {
  // No parameters; an empty object, since the documentation wants every body to be JSON.
  return await postInTurn(client, { path: "/mint_platform/v1/clabes", body: "{}", lane: "read" }, enveloped(created));
}
