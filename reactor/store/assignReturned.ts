import { and, eq, notExists, sql } from "drizzle-orm";
import { changeByClaim, insertClaims } from "./claims.ts";
import type { Queryable } from "./database.ts";
import { isOfAccount } from "./lanes.ts";
import { claim, leg, unassignedDeposit } from "./schema/index.ts";

/** A payout that came back later than this is nobody's by its amount alone: a person says whose it was (DESIGN 6). */
const WATCHED_DAYS = 90;

/** To which of our bank accounts, and how much. */
type Came = Readonly<{ account: string; amountCentavos: bigint }>;

/**
 * A payout of this amount that was paid out of this account and has not come back. Each redemption comes back once: what came back before the
 * one that the leg carries was another one's.
 */
function paidPayout(tx: Queryable, { account, amountCentavos }: Came) {
  const newer = sql`${claim.id} > (select max(ordered.id) from ${claim} ordered where ordered.leg_id = ${leg.id}
    and ordered.source = 'bank_transaction' and ordered.outside_id = ${leg.carried} ->> 'redemptionId')`;
  return and(
    eq(leg.kind, "payout"),
    eq(leg.state, "paid"),
    eq(leg.amountCentavos, amountCentavos),
    isOfAccount(leg.lane, account),
    notExists(
      tx
        .select({ one: sql`1` })
        .from(claim)
        .where(and(eq(claim.legId, leg.id), eq(claim.source, "payout_return"), newer)),
    ),
  );
}

/**
 * Gives a SPEI of ours that came back to the payout that it was, where only one can have been it. The bank names no
 * redemption: of two that fit a person decides.
 * @param returned its issuance, which is COMPLETE.
 * @returns whether it was given.
 */
export async function assignReturned(tx: Queryable, { id, ...came }: Came & { id: string }): Promise<boolean> {
  const fitting = await tx
    .select({ id: leg.id, version: leg.version })
    .from(leg)
    .where(and(paidPayout(tx, came), sql`${leg.enteredAtMs} > now() - make_interval(days => ${WATCHED_DAYS})`));
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return false;
  return claimReturned(tx, id, only);
}

/**
 * Uses up a returned SPEI for a payout of this version, which looks at once.
 * @returns false when the payout has changed meanwhile.
 */
export async function claimReturned(
  tx: Queryable,
  issuanceId: string,
  payout: { id: number; version: number },
): Promise<boolean> {
  const same = and(eq(leg.id, payout.id), eq(leg.version, payout.version), eq(leg.state, "paid"));
  if ((await changeByClaim(tx, same)).length === 0) return false;
  await insertClaims(tx, payout.id, [{ source: "payout_return", outsideId: issuanceId }]);
  await tx.delete(unassignedDeposit).where(eq(unassignedDeposit.issuanceId, issuanceId));
  return true;
}
