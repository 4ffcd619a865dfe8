import { eq, sql } from "drizzle-orm";
import { maskClabe } from "../payments/clabe.ts";
import { toPesos } from "../payments/money.ts";
import { statusOf } from "../payments/status.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { UnassignedDeposit } from "./assignByHand.ts";
import { insertClaims } from "./claims.ts";
import { adoptClabe, findClabeOwner } from "./customers.ts";
import type { Queryable } from "./database.ts";
import { findProposedAccount, putInForce } from "./payoutAccounts.ts";
import { leg, party, payment, unassignedDeposit } from "./schema/index.ts";
import { LOCKS } from "./withLock.ts";

export type Return = Readonly<{
  deposit: UnassignedDeposit;
  /** The proposed account to which it goes. */
  accountId: number;
  /** By which it goes: one of the bank account that it came to. */
  lane: string;
  actor: string;
  /** Random: keys the references of the payment's accounts. */
  salt: string;
  nowMs: number;
}>;

/**
 * Sends money that is nobody's back: a payment of a deposit, which that issuance is, and of one payout out of it. Nothing of
 * it is held. From here on its legs go the ordinary ways, by the ordinary evidence.
 * @returns its events; null when the money or the account is not there any more: then the caller undoes the transaction.
 */
export async function returnDeposit(tx: Queryable, wanted: Return): Promise<readonly StoredEvent[] | null> {
  const { deposit, accountId, lane, actor, salt, nowMs } = wanted;
  const { issuanceId, amountCentavos, clabe: depositClabe } = deposit;
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.matching})`);
  const taken = await tx
    .delete(unassignedDeposit)
    .where(eq(unassignedDeposit.issuanceId, issuanceId))
    .returning({ id: unassignedDeposit.issuanceId });
  const account = await findProposedAccount(tx, accountId);
  if (taken.length === 0 || account === null) return null;
  const begin = { amountCentavos, enteredAtMs: nowMs, dueAtMs: nowMs };
  const legs = [
    { ...begin, kind: "deposit", state: "awaiting", source: null, payee: null },
    { ...begin, kind: "payout", state: "waiting", source: "deposit", payee: account.payee },
  ] as const;
  const [made] = await tx
    .insert(payment)
    .values({
      ...{ lane, customerId: await ownerOf(tx, deposit), amountCentavos, depositClabe, purpose: "return" },
      ...{ custodyEndMs: nowMs, expiresAtMs: nowMs, status: statusOf(legs) },
    })
    .returning({ id: payment.id });
  if (made === undefined) throw new Error("The payment was not stored.");
  const paymentId = made.id;
  const { legalName, clabe } = account;
  await tx.insert(party).values({ paymentId, payerName: legalName, salt });
  const [depositLeg, payoutLeg] = await tx
    .insert(leg)
    .values(legs.map((one) => ({ ...one, paymentId, lane })))
    .returning({ id: leg.id });
  if (depositLeg === undefined || payoutLeg === undefined) throw new Error("The legs were not stored.");
  await insertClaims(tx, depositLeg.id, [{ source: "issuance", outsideId: issuanceId }]);
  if (!(await putInForce(tx, accountId, payoutLeg.id))) return null;
  const data = { amount: toPesos(amountCentavos), clabe: maskClabe(clabe), issuanceId };
  return appendEvents(tx, [{ paymentId, legId: null, type: "devolucion_creada", data, actor }]);
}

/** Whose CLABE it came to; one of the account's that no customer of ours has gets one of its own. */
async function ownerOf(tx: Queryable, { clabe, account, issuanceId }: UnassignedDeposit): Promise<string> {
  const owner = await findClabeOwner(tx, clabe);
  if (owner !== null) return owner;
  const nobody = `sin-cliente-${issuanceId}`;
  await adoptClabe(tx, nobody, { depositClabe: clabe, account });
  return nobody;
}
