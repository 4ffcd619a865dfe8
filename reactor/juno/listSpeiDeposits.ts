import { z } from "zod";
import type { JunoClient } from "./client.ts";
import { everyPage, type IsEnough } from "./everyPage.ts";
import type { BankReply, SpeiDeposit } from "./reply.ts";
import { enveloped } from "./wire/envelope.ts";
import { centavos, clabeText, instant, movementStatus, sent } from "./wire/fields.ts";
import { speiPage } from "./wire/page.ts";

const dayMs = 86_400_000;

const text = z.string().min(1).nullish();

/** Sender's CLABE, tracking key and type are named as in the mock deposit's answer and in Bitso's funding event: guessed here. */
const speiDeposit: z.ZodType<SpeiDeposit> = z
  .object({
    fid: z.string().min(1),
    receiver_clabe: clabeText,
    amount: centavos,
    status: movementStatus,
    created_at: instant,
    sender_name: text,
    sender_clabe: text,
    clave_rastreo: text,
    tracking_key: text,
    tracking_code: text,
    deposit_type: text,
  })
  .transform((wire) => ({
    fid: wire.fid,
    receiverClabe: wire.receiver_clabe,
    amountCentavos: wire.amount,
    status: wire.status,
    createdAtMs: wire.created_at,
    ...sent({
      senderName: wire.sender_name ?? undefined,
      senderClabe: wire.sender_clabe ?? undefined,
      claveRastreo: wire.clave_rastreo ?? wire.tracking_key ?? wire.tracking_code ?? undefined,
      depositType: wire.deposit_type ?? undefined,
    }),
  }));

const page = enveloped(speiPage);

/**
 * Every SPEI deposit to a CLABE of the account at or after an instant (unix ms), returned payouts included, or as many as are enough.
 * A deposit is evidence only: the money is the issuance that follows it. `done` only for a complete reading.
 */
export async function listSpeiDeposits(
  client: JunoClient,
  wanted: { sinceMs: number; isEnough?: IsEnough<SpeiDeposit> },
): Promise<BankReply<SpeiDeposit[]>> {
  // The filter takes whole days of the server's time zone, which is not stated: a day earlier covers every zone.
  const startDate = new Date(wanted.sinceMs - dayMs).toISOString().slice(0, 10);
  const reply = await everyPage(client, {
    page,
    firstPage: 1,
    path: (number) => `/spei/v1/deposits?start_date=${startDate}&page=${number}&page_size=100`,
    item: speiDeposit,
    idOf: (deposit) => deposit.fid,
    ...(wanted.isEnough && { isEnough: wanted.isEnough }),
  });
  if (reply.outcome !== "done") return reply;
  return { ...reply, value: reply.value.filter((deposit) => deposit.createdAtMs >= wanted.sinceMs) };
}
