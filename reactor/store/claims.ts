import { and, eq, inArray, isNull, notExists, type SQL, sql } from "drizzle-orm";
import type { Claim } from "../payments/decision.ts";
import { anyOf } from "./anyOf.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { heldInOrder } from "./heldInOrder.ts";
import { bankTransaction, claim } from "./schema/index.ts";

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
  const wanted = given.map(({ source, outsideId, legId, seen: log }) => ({
    ...{ source, outside_id: outsideId, leg_id: legId, kind: log?.kind, tx_hash: log?.txHash },
    ...{ block_number: log && String(log.blockNumber), block_hash: log?.blockHash, escrow_id: log?.escrowId },
    ...{ from_address: log?.from, to_address: log?.to, amount: log?.amountBaseUnits?.toString() },
  }));
  const { rows: inserted } = await tx.execute(sql`
    with wanted as (
      select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) wanted(source text, outside_id text, leg_id int,
        kind text, tx_hash text, block_number bigint, block_hash text, escrow_id text, from_address text, to_address text,
        amount numeric)
    ), inserted as (
      insert into kustodia.claim (source, outside_id, leg_id) select source, outside_id, leg_id from wanted
      on conflict do nothing
      returning id, source, outside_id, leg_id
    ), watched as (
      insert into kustodia.watched_fact (claim_id, leg_id, kind, tx_hash, block_number, block_hash, escrow_id, from_address,
        to_address, amount_base_units)
      select inserted.id, leg_id, kind, tx_hash, block_number, block_hash, escrow_id, from_address, to_address, amount
      from inserted join wanted using (source, outside_id, leg_id) where tx_hash is not null
    )
    select id from inserted`);
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
