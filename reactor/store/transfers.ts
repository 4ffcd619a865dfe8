import { sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import { allEnded } from "./allEnded.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { type Place, transfer } from "./schema/books.ts";
import { LOCKS } from "./withLock.ts";

type Way = Readonly<{ from: Place; to: Place }>;

/**
 * Centavos that orders on their way, of all lanes of a bank account, will still take out of a place. What the bank had accepted
 * before it last told that account's balance is out of that balance already: counted twice, an order that fails without a refund
 * would hold up other people's money until somebody ends it.
 */
export async function reservedCentavos(tx: Queryable, place: Place, account: string): Promise<bigint> {
  // In one packet, and of one kind, so that they leave in this order: what is added up stands once the lock is had.
  const [, { rows }] = await allEnded([
    tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.reservation})`),
    tx.execute<{ centavos: string }>(sql`
      select coalesce(sum(moving.amount_centavos), 0)::text as centavos
      from kustodia.transfer moving join kustodia.leg on leg.id = moving.leg_id
        join kustodia.lane on lane.name = leg.lane and lane.account = ${account}
      where moving.from_place = ${place} and moving.state = 'pending' and not exists (
        select from kustodia.attempt sent where sent.leg_id = moving.leg_id and sent.id >= moving.attempt_id
          and sent.outcome = 'done' and sent.closed_at < (select started_at from kustodia.bank_balance where account = ${account}))`),
  ]);
  return BigInt(rows[0]?.centavos ?? "0");
}

/** Reserves legs' amounts from one place to another, once each: a repeated order finds its reservation. */
export async function reserveAll(
  tx: Queryable,
  calls: readonly (readonly [leg: Leg, attemptId: number | null, way: Way])[],
): Promise<readonly undefined[]> {
  const rows = calls.map(([{ id, amountCentavos }, attempt_id, { from, to }]) => ({
    ...{ leg_id: id, attempt_id, from_place: from, to_place: to, amount: String(amountCentavos) },
  }));
  await tx.execute(sql`
    insert into kustodia.transfer (leg_id, attempt_id, from_place, to_place, amount_centavos, state)
    select leg_id, attempt_id, from_place, to_place, amount, 'pending'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      wanted(leg_id int, attempt_id int, from_place text, to_place text, amount bigint)
    where not exists (select from kustodia.transfer open where open.leg_id = wanted.leg_id
      and open.from_place = wanted.from_place and open.state = 'pending')`);
  return [];
}

export const reserve = alone(reserveAll);

/** Posts or voids what legs have reserved: the evidence came that it happened, or that it did not. */
export async function settleTransfersOf(
  tx: Queryable,
  calls: readonly (readonly [legId: number, state: "posted" | "voided"])[],
): Promise<readonly undefined[]> {
  await tx.execute(sql`
    update kustodia.transfer set state = settled.state, closed_at = now()
    from jsonb_to_recordset(${JSON.stringify(calls.map(([leg_id, state]) => ({ leg_id, state })))}::jsonb)
      settled(leg_id int, state text)
    where transfer.leg_id = settled.leg_id and transfer.state = 'pending'`);
  return [];
}

export const settleTransfers = alone(settleTransfersOf);

/** Posts a movement that nobody of ours ordered, and that was therefore never pending. */
export async function postMovement(tx: Queryable, leg: Leg, way: Way): Promise<void> {
  const { id: legId, amountCentavos } = leg;
  await tx.insert(transfer).values({ legId, ...way, amountCentavos, state: "posted", closedAtMs: sql`now()` });
}

/** Money that the bank issued, as it comes into legs' hands: out of suspense if it waited there, else from outside. */
export async function postArrivals(
  tx: Queryable,
  calls: readonly (readonly [leg: Leg, issuanceId: string, from: Place])[],
): Promise<readonly undefined[]> {
  const rows = calls.map(([{ id, amountCentavos }, issuance_id, from_place]) => ({
    ...{ leg_id: id, issuance_id, from_place, amount: String(amountCentavos) },
  }));
  await tx.execute(sql`
    insert into kustodia.transfer (leg_id, issuance_id, from_place, to_place, amount_centavos, state, closed_at)
    select leg_id, issuance_id, case when exists (select from kustodia.transfer waited
        where waited.issuance_id = come.issuance_id and waited.to_place = 'suspense') then 'suspense' else come.from_place end,
      'juno', amount, 'posted', now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      come(leg_id int, issuance_id text, from_place text, amount bigint)`);
  return [];
}

export const postArrival = alone(postArrivals);

/** Money that the bank issued and that is no payment's: it waits in suspense for its owner, and is put there once. */
export async function suspend(
  tx: Queryable,
  { issuanceId, amountCentavos, from }: { issuanceId: string; amountCentavos: bigint; from: Place },
): Promise<void> {
  await tx
    .insert(transfer)
    .values({ issuanceId, from, to: "suspense", amountCentavos, state: "posted", closedAtMs: sql`now()` })
    .onConflictDoNothing();
}

/** What waited in suspense, and the bank gave back to whoever sent it, leaves the books. */
export async function releaseGivenBack(tx: Queryable): Promise<void> {
  await tx.execute(sql`
    insert into kustodia.transfer (issuance_id, from_place, to_place, amount_centavos, state, closed_at)
    select waited.issuance_id, 'suspense', 'returns', waited.amount_centavos, 'posted', now()
    from kustodia.transfer waited join kustodia.bank_transaction issued on issued.id = waited.issuance_id
    where waited.to_place = 'suspense' and (issued.status = 'FAILED' or issued.refunded) and not exists (
      select from kustodia.transfer gone where gone.issuance_id = waited.issuance_id and gone.from_place = 'suspense')`);
}
