import { and, eq, inArray, isNull, notExists, type SQL, sql } from "drizzle-orm";
import type { Claim } from "../payments/decision.ts";
import type { Queryable } from "./database.ts";
import { bankTransaction, claim, leg, watchedFact } from "./schema/index.ts";

/** Of a bank transaction that is asked for: no leg's claim on it stands. */
export function notClaimed(db: Queryable) {
  return notExists(
    db
      .select({ one: sql`1` })
      .from(claim)
      .where(
        and(eq(claim.source, "bank_transaction"), eq(claim.outsideId, bankTransaction.id), isNull(claim.freedAtMs)),
      ),
  );
}

/**
 * Uses up outside facts for a leg, and watches those that the chain may still take back. Claiming again what the leg already has is harmless.
 * @throws Error when another leg has one of them: one outside fact closes one effect, ever.
 */
export async function insertClaims(tx: Queryable, legId: number, claims: readonly Claim[]): Promise<void> {
  for (const one of claims) {
    const inserted = await tx
      .insert(claim)
      .values({ source: one.source, outsideId: one.outsideId, legId })
      .onConflictDoNothing()
      .returning({ id: claim.id });
    const [claimed] = inserted;
    if (claimed !== undefined) {
      if (one.seen) await tx.insert(watchedFact).values({ ...one.seen, claimId: claimed.id, legId });
      continue;
    }
    const [held] = await tx
      .select({ legId: claim.legId })
      .from(claim)
      .where(and(eq(claim.source, one.source), eq(claim.outsideId, one.outsideId), isNull(claim.freedAtMs)));
    if (held?.legId !== legId) {
      throw new Error(
        `${one.source} ${one.outsideId} already belongs to leg ${held?.legId}, so leg ${legId} cannot use it.`,
      );
    }
  }
}

/** Gives back the bank deposit that a leg had claimed: it was refunded, or never issued. */
export async function freeDeposit(tx: Queryable, legId: number): Promise<void> {
  await tx
    .update(claim)
    .set({ freedAtMs: sql`now()` })
    .where(and(eq(claim.legId, legId), inArray(claim.source, ["issuance", "spei_deposit"]), isNull(claim.freedAtMs)));
}

/** Makes these legs due, as changed by what is claimed for them. @returns those that there were. */
export async function changeByClaim(tx: Queryable, these: SQL | undefined): Promise<readonly { id: number }[]> {
  return tx
    .update(leg)
    .set({
      version: sql`${leg.version} + 1`,
      dueAtMs: sql`now()`,
      wokenAtMs: sql`clock_timestamp()`,
      leaseHolder: null,
      leaseUntilMs: null,
    })
    .where(these)
    .returning({ id: leg.id });
}
