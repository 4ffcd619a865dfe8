import { and, eq, inArray, isNull, notExists, type SQL, sql } from "drizzle-orm";
import type { Claim } from "../payments/decision.ts";
import { anyOf } from "./anyOf.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { heldInOrder } from "./heldInOrder.ts";
import { bankTransaction, claim, watchedFact } from "./schema/index.ts";

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
 * Uses up outside facts for legs, and watches those that the chain may still take back. Claiming again what the leg already has is
 * harmless.
 * @throws Error when another leg has one of them: one outside fact closes one effect, ever.
 */
export async function insertClaimsOf(
  tx: Queryable,
  calls: readonly (readonly [legId: number, claims: readonly Claim[]])[],
): Promise<readonly undefined[]> {
  const given = calls.flatMap(([legId, claims]) => claims.map((one) => ({ ...one, legId })));
  if (given.length === 0) return [];
  const wanted = given.map(({ source, outsideId, legId }) => ({ source, outside_id: outsideId, leg_id: legId }));
  const { rows: inserted } = await tx.execute<{ id: number; source: string; outsideId: string }>(sql`
    insert into kustodia.claim (source, outside_id, leg_id)
    select source, outside_id, leg_id
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) wanted(source text, outside_id text, leg_id int)
    on conflict do nothing
    returning id, source, outside_id as "outsideId"`);
  const claimIds = new Map(inserted.map(({ id, source, outsideId }) => [`${source} ${outsideId}`, id]));
  const seen = given.flatMap(({ source, outsideId, seen: log, legId }) => {
    const claimId = claimIds.get(`${source} ${outsideId}`);
    return log && claimId !== undefined ? [{ ...log, claimId, legId }] : [];
  });
  if (seen.length > 0) await tx.insert(watchedFact).values(seen);
  if (inserted.length < given.length) await refuseClaimedByOthers(tx, given);
  return [];
}

export const insertClaims = alone(insertClaimsOf);

async function refuseClaimedByOthers(tx: Queryable, given: readonly (Claim & { legId: number })[]): Promise<void> {
  const outsideIds = given.map(({ outsideId }) => outsideId);
  const rows = await tx
    .select({ source: claim.source, outsideId: claim.outsideId, legId: claim.legId })
    .from(claim)
    .where(and(anyOf(claim.outsideId, outsideIds), isNull(claim.freedAtMs)));
  for (const { source, outsideId, legId } of given) {
    const held = rows.find((row) => row.source === source && row.outsideId === outsideId);
    if (held?.legId === legId) continue;
    throw new Error(`${source} ${outsideId} already belongs to leg ${held?.legId}, so leg ${legId} cannot use it.`);
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
  const { rows } = await tx.execute<{ id: number }>(sql`
    with ${heldInOrder(these ?? sql`false`)}
    update kustodia.leg set version = version + 1, due_at = now(), woken_at = clock_timestamp(), lease_holder = null, lease_until = null
    from held where leg.id = held.id returning leg.id`);
  return rows;
}
