import { z } from "zod";
import type { JunoClient } from "./client.ts";
import { everyPage } from "./everyPage.ts";
import type { BankReply, Clabe } from "./reply.ts";
import { enveloped } from "./wire/envelope.ts";
import { clabeText, instant, sent } from "./wire/fields.ts";
import { speiPage } from "./wire/page.ts";

const listed: z.ZodType<Clabe> = z
  .object({
    clabe: clabeText,
    type: z.string(),
    status: z.string().optional(),
    created_at: instant.nullish(),
  })
  .transform((wire) => ({
    clabe: wire.clabe,
    // Without a status it counts as usable: the field is only known from a client's types.
    enabled: wire.type === "AUTO_PAYMENT" && wire.status?.toUpperCase() !== "DISABLED",
    ...sent({ createdAtMs: wire.created_at ?? undefined }),
  }));

const page = enveloped(speiPage);

/** The account's deposit CLABEs. `enabled`: it takes deposits and they are issued. `done` only for a complete reading. */
export async function listClabes(client: JunoClient): Promise<BankReply<Clabe[]>> {
  return await everyPage(client, {
    page,
    firstPage: 1,
    path: (number) => `/spei/v1/clabes?clabe_type=AUTO_PAYMENT&page=${number}&page_size=100`,
    item: listed,
    idOf: (clabe) => clabe.clabe,
  });
}
