import { and, eq, ne, sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { type Place, transfer } from "./schema/books.ts";

type Way = Readonly<{ from: Place; to: Place }>;

/** Keeps two reactors from reserving the same money at once; held to the end of the transaction. */
const RESERVATION_LOCK = 7_083;

/**
 * Centavos that orders on their way will still take out of a place, other than this leg's own. What the bank had accepted
 * before it last told its balance is out of that balance already: counted twice, an order that fails without a refund
 * would hold up other people's money until somebody ends it.
 */
export async function reservedCentavos(tx: Queryable, place: Place, exceptLegId: number): Promise<bigint> {
  await tx.execute(sql`select pg_advisory_xact_lock(${RESERVATION_LOCK})`);
  const [sum] = await tx
    .select({ centavos: sql<string>`coalesce(sum(${transfer.amountCentavos}), 0)` })
    .from(transfer)
    .where(
      and(
        eq(transfer.from, place),
        eq(transfer.state, "pending"),
        ne(transfer.legId, exceptLegId),
        sql`not exists (select from kustodia.attempt sent where sent.leg_id = ${transfer.legId}
          and sent.id >= ${transfer.attemptId} and sent.outcome = 'done' and sent.closed_at <
            (select max(started_at) from kustodia.bank_reading where available_base_units is not null))`,
      ),
    );
  return BigInt(sum?.centavos ?? "0");
}

/** Reserves a leg's amount from one place to another, once: a repeated order finds its reservation. */
export async function reserve(tx: Queryable, leg: Leg, attemptId: number | null, { from, to }: Way) {
  const [open] = await tx
    .select({ id: transfer.id })
    .from(transfer)
    .where(and(eq(transfer.legId, leg.id), eq(transfer.from, from), eq(transfer.state, "pending")));
  if (open) return;
  const { id: legId, amountCentavos } = leg;
  await tx.insert(transfer).values({ legId, attemptId, from, to, amountCentavos, state: "pending" });
}

/** Posts or voids what a leg has reserved: the evidence came that it happened, or that it did not. */
export async function settleTransfers(tx: Queryable, legId: number, state: "posted" | "voided"): Promise<void> {
  await tx
    .update(transfer)
    .set({ state, closedAtMs: sql`now()` })
    .where(and(eq(transfer.legId, legId), eq(transfer.state, "pending")));
}

/** Posts a movement that nobody of ours ordered, and that was therefore never pending. */
export async function postMovement(tx: Queryable, leg: Leg, way: Way): Promise<void> {
  const { id: legId, amountCentavos } = leg;
  await tx.insert(transfer).values({ legId, ...way, amountCentavos, state: "posted", closedAtMs: sql`now()` });
}

/** Money that the bank issued, as it comes into a leg's hands: out of suspense if it waited there, else from outside. */
export async function postArrival(tx: Queryable, leg: Leg, issuanceId: string, from: Place): Promise<void> {
  const waited = sql`exists (select from ${transfer} waited where waited.issuance_id = ${issuanceId} and waited.to_place = 'suspense')`;
  const { id: legId, amountCentavos } = leg;
  await tx.insert(transfer).values({
    ...{ legId, issuanceId, amountCentavos, to: "juno", state: "posted", closedAtMs: sql`now()` },
    from: sql`case when ${waited} then 'suspense' else ${from} end`,
  });
}

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
