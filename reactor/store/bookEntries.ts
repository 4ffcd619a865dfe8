import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "./database.ts";
import { ACCOUNTS, PLACES, type Place } from "./schema/books.ts";

const row = z.object({
  leg_id: z.number(),
  account: z.enum(ACCOUNTS).exclude(["company"]),
  to_place: z.enum(PLACES).exclude(["company"]),
  pending: z.boolean(),
  centavos: z.coerce.bigint(),
  at_ms: z.coerce.number(),
});

/** What a movement of a leg has brought to a place (above zero) or taken from it, by our books. */
export type BookedEntry = Readonly<{
  legId: number;
  place: "buyer" | "juno" | "bridge" | "escrow" | "beneficiary";
  centavos: bigint;
  /** Ordered, and not proven yet. */
  pending: boolean;
  atMs: number;
}>;

/**
 * Accounts by where bank and chain show them: what waited in suspense came from a buyer, and all payees are outside. What the
 * company puts in of its own is shown by neither.
 */
export const SHOWN_AT = {
  buyer: "buyer",
  suspense: "buyer",
  juno: "juno",
  bridge: "bridge",
  escrow: "escrow",
  beneficiary: "beneficiary",
  fees: "beneficiary",
  returns: "beneficiary",
} as const satisfies Readonly<Record<Exclude<Place, "company">, BookedEntry["place"]>>;
/** All that the reconciliation asks our books: what bank and chain could tell. @param legs of which legs; null for all that there are. */
export async function readBookEntries(db: Queryable, legs: readonly number[] | null): Promise<readonly BookedEntry[]> {
  const asked = sql.param([...(legs ?? [])]);
  const ofLegs =
    legs === null
      ? sql`entry.leg_id is not null`
      : sql`entry.leg_id = any(${asked}::int[])
          and entry.payment_id in (select payment_id from kustodia.leg where id = any(${asked}::int[]))`;
  const { rows } = await db.execute(sql`
    select entry.leg_id, entry.account, transfer.to_place, transfer.state = 'pending' as pending,
      sum(entry.amount_centavos)::text as centavos,
      floor(extract(epoch from max(entry.posted_at)) * 1000)::text as at_ms
    from kustodia.entry join kustodia.transfer on transfer.id = entry.transfer_id
    where ${ofLegs} and transfer.from_place <> 'company'
    group by transfer.id, entry.leg_id, entry.account
    having sum(entry.amount_centavos) <> 0`);
  return rows.map((raw) => {
    const { leg_id, account, to_place, centavos, pending, at_ms } = row.parse(raw);
    const place = SHOWN_AT[account === "in_transit" ? to_place : account];
    return { legId: leg_id, place, centavos, pending, atMs: at_ms };
  });
}

/** Legs whose entries or claims are of a moment or later, unix ms. */
export async function legsBookedSince(db: Queryable, sinceMs: number): Promise<readonly number[]> {
  const since = sql`to_timestamp(${sinceMs / 1_000})`;
  const { rows } = await db.execute<{ leg_id: number }>(sql`
    select leg_id from kustodia.entry where posted_at >= ${since} and leg_id is not null
    union select leg_id from kustodia.claim where claimed_at >= ${since} or freed_at >= ${since}`);
  return rows.map((one) => one.leg_id);
}
