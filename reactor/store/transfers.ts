import { and, eq, ne, sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { transfer } from "./schema/index.ts";

/** Keeps two reactors from reserving the same money at once; held to the end of the transaction. */
const RESERVATION_LOCK = 7_083;

/**
 * Centavos that orders on their way will still take out of a place, other than this leg's own. What the bank had accepted
 * before it last told its balance is out of that balance already: counted twice, an order that fails without a refund
 * would hold up other people's money until somebody ends it.
 */
export async function reservedCentavos(tx: Queryable, place: string, exceptLegId: number): Promise<bigint> {
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
export async function reserve(tx: Queryable, leg: Leg, attemptId: number | null, places: { from: string; to: string }) {
  const [open] = await tx
    .select({ id: transfer.id })
    .from(transfer)
    .where(and(eq(transfer.legId, leg.id), eq(transfer.from, places.from), eq(transfer.state, "pending")));
  if (open) return;
  const { from, to } = places;
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

/** Posts a movement that nobody of ours ordered, and that was therefore never pending: the buyer's money as it arrives. */
export async function postMovement(tx: Queryable, leg: Leg, places: { from: string; to: string }): Promise<void> {
  const { id: legId, amountCentavos } = leg;
  await tx.insert(transfer).values({ legId, ...places, amountCentavos, state: "posted", closedAtMs: sql`now()` });
}
