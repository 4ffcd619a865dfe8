import { and, eq, inArray, isNull, or, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import {
  attempt,
  idempotencyKey,
  leg,
  party,
  payment,
  payoutAccount,
  plan,
  releaseApproval,
  screening,
} from "./schema/index.ts";

/** Stands where a name was. */
const ERASED = "•••";
/** An account's last four digits stay, as everywhere where it was shown. */
const masked = sql<string>`'••••' || right(${payoutAccount.clabe}, 4)`;
/** Eighteen digits as a JSON string, of which the last four are kept. */
const QUOTED_CLABE = '"[0-9]{14}([0-9]{4})"';

/**
 * Erases who paid and who was paid, for ever: names, accounts but their last four digits, addresses, free texts, kept answers,
 * accounts that were only proposed, and the key of the account's reference on chain, which then nobody can tie to an account.
 * What is sealed and what is booked has none of it; what the bank rang is forgotten before (forgetOld.ts).
 * @returns false when somebody has erased it before.
 */
export async function erasePersonal(tx: Queryable, paymentId: number): Promise<boolean> {
  const erased = await tx
    .update(party)
    .set({
      ...{ payerName: ERASED, payerEmail: null, recipientEmail: null, salt: "" },
      ...{ recipientLegalName: null, payoutClabe: null, refundClabe: null },
      erasedAtMs: sql`now()`,
    })
    .where(and(eq(party.paymentId, paymentId), isNull(party.erasedAtMs)))
    .returning({ paymentId: party.paymentId });
  if (erased.length === 0) return false;
  const legs = tx.select({ id: leg.id }).from(leg).where(eq(leg.paymentId, paymentId));
  const isOfPayment = sql`${plan.plan} ->> 'payment_id' = ${String(paymentId)}`;
  const proposed = tx
    .select({ id: sql<number>`(${plan.plan} -> 'details' ->> 'account_id')::int` })
    .from(plan)
    .where(isOfPayment);
  await tx
    .update(payoutAccount)
    .set({ legalName: ERASED, clabe: masked, reason: ERASED })
    .where(or(inArray(payoutAccount.legId, legs), inArray(payoutAccount.id, proposed)));
  await tx
    .update(plan)
    .set({ request: withoutApprovals(plan.request), plan: withoutApprovals(plan.plan) })
    .where(isOfPayment);
  await tx
    .update(attempt)
    .set({ evidence: sql`regexp_replace(${attempt.evidence}::text, ${QUOTED_CLABE}, '"••••\\1"', 'g')::jsonb` })
    .where(inArray(attempt.legId, legs));
  await tx.execute(sql`
    update kustodia.spei_deposit told set sender_name = null
    from kustodia.claim c join kustodia.leg on leg.id = c.leg_id
      left join kustodia.bank_transaction issued on issued.id = c.outside_id
    where leg.payment_id = ${paymentId} and (
      (c.source = 'spei_deposit' and told.fid = c.outside_id)
      or (c.source = 'issuance' and issued.account = told.account and issued.fiat_id in (told.fid, told.clave_rastreo)))`);
  await tx.update(screening).set({ reason: null }).where(inArray(screening.legId, legs));
  await tx.update(releaseApproval).set({ evidence: ERASED }).where(eq(releaseApproval.paymentId, paymentId));
  await tx.update(payment).set({ description: null, conditions: null }).where(eq(payment.id, paymentId));
  await tx
    .update(idempotencyKey)
    .set({ body: null })
    .where(
      or(eq(idempotencyKey.paymentId, paymentId), sql`${idempotencyKey.body} ~ ${`"payment_id":${paymentId}[,}]`}`),
    );
  return true;
}

/** Where a plan's two persons read that buyer and seller said so: an operator's own words, which may name them. */
const withoutApprovals = (json: typeof plan.request | typeof plan.plan) => sql`
  case when jsonb_typeof(${json} -> 'evidence') = 'string' then jsonb_set(${json}, '{evidence}', to_jsonb(${ERASED}::text))
    else ${json} #- '{details,buyer_approval}' #- '{details,seller_approval}' end`;
