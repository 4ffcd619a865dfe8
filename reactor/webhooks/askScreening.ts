import { z } from "zod";
import { toDecimal } from "../payments/money.ts";
import type { ScreeningAnswer, Unscreened } from "../store/screenings.ts";
import { type Outside, postOnce } from "./postOnce.ts";
import { sign } from "./sign.ts";

/** Whom to ask, and how it knows that it is us: a secret as Standard Webhooks writes it. */
export type Checker = Readonly<{ url: string; secret: string }>;

/** Not free text: it stands in the history, which is for ever and names nobody. */
const reference = z.string().regex(/^[\w.:-]{1,64}$/);
const answerOf = z.object({
  verdict: z.enum(["clear", "hold", "refuse"]),
  reference: reference.nullish(),
  reason: z.string().max(500).nullish(),
});

/**
 * Asks the configured checker whether a payout may be paid to its account. Everything but a 200 with a verdict is `unknown`,
 * however it looks: a payout leaves by a `clear` and by nothing else. Asking again is harmless, and has the same message id.
 * @throws the signal's reason when it is aborted.
 */
export async function askScreening(
  payout: Unscreened,
  { url, secret }: Checker,
  { outside, installationId, nowMs }: Readonly<{ outside: Outside; installationId: string; nowMs: number }>,
  stop: AbortSignal,
): Promise<ScreeningAnswer> {
  const { legId, accountId, generation } = payout;
  const answeredBy = new URL(url).host;
  const unknown = (reason: string): ScreeningAnswer => ({ verdict: "unknown", reference: null, reason, answeredBy });
  const id = `scr_${installationId.replaceAll("-", "")}_${legId}_${accountId}_${generation}`;
  const body = JSON.stringify(questionOf(payout));
  const answer = await postOnce({ url, headers: sign({ id, body }, [secret], nowMs), body }, outside, stop);
  if (answer.status === null) return unknown(answer.error);
  if (answer.status !== 200) return unknown(`respondió ${answer.status}`);
  const said = answerOf.safeParse(parseJson(await answer.body));
  if (!said.success) return unknown("respondió algo que no se entiende");
  const { verdict, reference: named = null, reason = null } = said.data;
  return { verdict, reference: named, reason, answeredBy };
}

function questionOf(payout: Unscreened) {
  const { paymentId, externalId, legId, payee, legalName, clabe, accountVersion, amountCentavos } = payout;
  return {
    type: "payout.screening",
    data: {
      payment_id: paymentId,
      external_id: externalId,
      payout_id: legId,
      payee,
      legal_name: legalName,
      clabe,
      account_version: accountVersion,
      amount: toDecimal(amountCentavos),
      currency: "MXN",
    },
  };
}

/** What a text says as JSON; null where it says nothing of the kind. */
function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}
