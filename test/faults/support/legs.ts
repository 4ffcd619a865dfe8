import type pg from "pg";
import { until } from "../../../bin/stack/until.ts";
import type { LegKind } from "../../../reactor/payments/leg.ts";

export type LegStanding = Readonly<{
  state: string;
  reason: string | null;
  reviewFrom: string | null;
  version: number;
}>;

/** How a leg of the payment stands, as it is stored. */
export async function legOf(pool: pg.Pool, paymentId: number, kind: LegKind): Promise<LegStanding> {
  const { rows } = await pool.query<LegStanding>(
    `select state, reason, review_from as "reviewFrom", version from kustodia.leg where payment_id = $1 and kind = $2`,
    [paymentId, kind],
  );
  const leg = rows[0];
  if (leg === undefined) throw new Error(`Payment ${paymentId} has no ${kind} leg.`);
  return leg;
}

const WITHIN_MS = 45_000;

/** Waits until the leg `fits`. @throws Error that tells how it stands, when it does not in time. */
export async function untilLeg(
  pool: pg.Pool,
  paymentId: number,
  kind: LegKind,
  fits: (leg: LegStanding) => boolean,
  withinMs = WITHIN_MS,
): Promise<LegStanding> {
  let last: LegStanding | undefined;
  return until(
    `${kind} leg of payment ${paymentId}`,
    withinMs,
    async () => {
      last = await legOf(pool, paymentId, kind);
      return fits(last) ? last : undefined;
    },
    async () => JSON.stringify(last),
  );
}

/** As if the minute had passed that a failed withdrawal is left alone for. */
export async function passFailedPause(pool: pg.Pool, paymentId: number): Promise<void> {
  await pool.query(
    `update kustodia.leg set entered_at = entered_at - interval '1 minute', due_at = now()
     where payment_id = $1 and kind = 'custody'`,
    [paymentId],
  );
}

/** As if the state's whole time had passed: hours in the tables, and no test waits for them. */
export async function passDeadline(pool: pg.Pool, paymentId: number, kind: LegKind): Promise<void> {
  await pool.query(
    `update kustodia.leg set deadline_at = now() - interval '1 second', due_at = now()
     where payment_id = $1 and kind = $2`,
    [paymentId, kind],
  );
}
