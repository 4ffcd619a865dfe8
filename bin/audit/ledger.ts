import type pg from "pg";

export type Movement = Readonly<{ from: string; to: string; centavos: bigint; state: "pending" | "posted" | "voided" }>;

/** Our own books: every movement of the payment between two places, in its order. */
export async function movementsOf(pool: pg.Pool, paymentId: number): Promise<readonly Movement[]> {
  const { rows } = await pool.query<Omit<Movement, "centavos"> & { centavos: string }>(
    `select from_place as "from", to_place as "to", transfer.amount_centavos::text as centavos, transfer.state
     from kustodia.transfer join kustodia.leg on leg.id = leg_id where payment_id = $1 order by transfer.id`,
    [paymentId],
  );
  return rows.map((row) => ({ ...row, centavos: BigInt(row.centavos) }));
}

/** What our books say is at a place, centavos; what is in transit has not been proven to have left its own yet. */
export async function balanceOf(pool: pg.Pool, place: string): Promise<bigint> {
  const { rows } = await pool.query<{ centavos: string }>(
    `select coalesce(sum(entry.amount_centavos), 0)::text as centavos
     from kustodia.entry join kustodia.transfer on transfer.id = transfer_id
     where case account when 'in_transit' then from_place else account end = $1`,
    [place],
  );
  return BigInt(rows[0]?.centavos ?? "0");
}

/**
 * What the payment's leg carries under this name; "" when it carries none.
 * @param amountCentavos which of several legs of the kind, by its amount.
 */
export async function carriedBy(
  pool: pg.Pool,
  paymentId: number,
  kind: string,
  name: string,
  amountCentavos: bigint | null = null,
): Promise<string> {
  const { rows } = await pool.query<{ value: string | null }>(
    `select carried ->> $3 as value from kustodia.leg
     where payment_id = $1 and kind = $2 and amount_centavos = coalesce($4::bigint, amount_centavos)`,
    [paymentId, kind, name, amountCentavos],
  );
  return rows[0]?.value ?? "";
}
