import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { attempt, idempotencyKey, leg, party, payment, payoutAccount, releaseApproval } from "./schema/index.ts";

/** Stands where a name was. */
const ERASED = "•••";
/** An account's last four digits stay, as everywhere where it was shown. */
const masked = (column: typeof party.payoutClabe | typeof party.refundClabe | typeof payoutAccount.clabe) =>
  sql<string>`'••••' || right(${column}, 4)`;
/** Eighteen digits as a JSON string, of which the last four are kept. */
const QUOTED_CLABE = '"[0-9]{14}([0-9]{4})"';

/**
 * Erases who paid and who was paid, for ever: names, accounts but their last four digits, addresses, free texts, kept answers,
 * and the key of the account's reference on chain, which then nobody can tie to an account. What is sealed and what is booked
 * has none of it.
 * @returns false when somebody has erased it before.
 */
export async function erasePersonal(tx: Queryable, paymentId: number): Promise<boolean> {
  const erased = await tx
    .update(party)
    .set({
      ...{ payerName: ERASED, recipientLegalName: ERASED, payerEmail: null, recipientEmail: null, salt: "" },
      payoutClabe: masked(party.payoutClabe),
      refundClabe: masked(party.refundClabe),
      erasedAtMs: sql`now()`,
    })
    .where(and(eq(party.paymentId, paymentId), isNull(party.erasedAtMs)))
    .returning({ paymentId: party.paymentId });
  if (erased.length === 0) return false;
  const legs = tx.select({ id: leg.id }).from(leg).where(eq(leg.paymentId, paymentId));
  await tx
    .update(payoutAccount)
    .set({ legalName: ERASED, clabe: masked(payoutAccount.clabe), reason: ERASED })
    .where(inArray(payoutAccount.legId, legs));
  await tx
    .update(attempt)
    .set({ evidence: sql`regexp_replace(${attempt.evidence}::text, ${QUOTED_CLABE}, '"••••\\1"', 'g')::jsonb` })
    .where(inArray(attempt.legId, legs));
  await tx.update(releaseApproval).set({ evidence: ERASED }).where(eq(releaseApproval.paymentId, paymentId));
  await tx.update(payment).set({ description: null, conditions: null }).where(eq(payment.id, paymentId));
  await tx.update(idempotencyKey).set({ body: null }).where(eq(idempotencyKey.paymentId, paymentId));
  return true;
}
