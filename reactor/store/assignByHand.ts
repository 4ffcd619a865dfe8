import { and, eq, inArray, sql } from "drizzle-orm";
import { changeByClaim, insertClaims } from "./claims.ts";
import type { Queryable } from "./database.ts";
import { bankTransaction, leg, unassignedDeposit } from "./schema/index.ts";
import { payerNameOf } from "./unclaimedMoney.ts";
import { LOCKS } from "./withLock.ts";

export type UnassignedDeposit = typeof unassignedDeposit.$inferSelect &
  Readonly<{
    /** To which of our bank accounts it came. */
    account: string;
    status: (typeof bankTransaction.$inferSelect)["status"];
    refunded: boolean;
    /** In whose name it was paid, where the bank told it. */
    payerName: string | null;
    /** Whose the payments are that it could be for. */
    buyerNames: readonly string[];
  }>;

const readUnassigned = (db: Queryable) =>
  db
    .select({
      deposit: unassignedDeposit,
      account: bankTransaction.account,
      status: bankTransaction.status,
      refunded: bankTransaction.refunded,
      payerName: payerNameOf(bankTransaction),
      buyerNames: sql<readonly string[]>`array(select party.payer_name from kustodia.leg
        join kustodia.party on party.payment_id = leg.payment_id
        where ${unassignedDeposit.candidateLegs} @> to_jsonb(leg.id) order by leg.id)`,
    })
    .from(unassignedDeposit)
    .innerJoin(bankTransaction, eq(bankTransaction.id, unassignedDeposit.issuanceId));

/**
 * Money at the bank that is nobody's yet, oldest first by the bank's own clock, from after the issuance `after` on: the bank
 * keeps that one, also when it has found its payment since.
 */
export async function listUnassigned(
  db: Queryable,
  { limit, after }: { limit: number; after: string | null },
): Promise<readonly UnassignedDeposit[]> {
  const newer = sql`(${bankTransaction.createdAtMs}, ${bankTransaction.id}) >
    (select last.created_at, last.id from ${bankTransaction} as last where last.id = ${after})`;
  const rows = await readUnassigned(db)
    .where(after === null ? undefined : newer)
    .orderBy(bankTransaction.createdAtMs, bankTransaction.id)
    .limit(limit);
  return rows.map(({ deposit, ...bank }) => ({ ...deposit, ...bank }));
}

export async function findUnassigned(db: Queryable, issuanceId: string): Promise<UnassignedDeposit | null> {
  const [row] = await readUnassigned(db).where(eq(unassignedDeposit.issuanceId, issuanceId));
  if (row === undefined) return null;
  const { deposit, ...bank } = row;
  return { ...deposit, ...bank };
}

/**
 * Gives an unassigned issuance to a deposit leg of this version. The leg's version grows, as when the matching gives one.
 * @returns false when the leg or the money has found another meanwhile: then the caller undoes the transaction.
 */
export async function assignByHand(
  tx: Queryable,
  { issuanceId, legId, version }: { issuanceId: string; legId: number; version: number },
): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.matching})`);
  const taken = await tx
    .delete(unassignedDeposit)
    .where(eq(unassignedDeposit.issuanceId, issuanceId))
    .returning({ id: unassignedDeposit.issuanceId });
  const waits = and(eq(leg.id, legId), eq(leg.version, version), inArray(leg.state, ["awaiting", "seen"]));
  const changed = await changeByClaim(tx, waits);
  if (taken.length === 0 || changed.length === 0) return false;
  await insertClaims(tx, legId, [{ source: "issuance", outsideId: issuanceId }]);
  return true;
}
