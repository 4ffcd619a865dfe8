import { z } from "zod";
import type { BankAccount } from "../reply.ts";
import { clabeText } from "./fields.ts";

export const bankAccount: z.ZodType<BankAccount> = z
  .object({
    id: z.string().min(1),
    tag: z.string(),
    recipient_legal_name: z.string(),
    clabe: clabeText,
    ownership: z.enum(["COMPANY_OWNED", "THIRD_PARTY"]),
  })
  .transform(({ recipient_legal_name, ...account }) => ({ ...account, recipientLegalName: recipient_legal_name }));

/** A registration's answer was only seen to have these three. */
export const registered = z.object({ id: z.string().min(1), clabe: clabeText });
