import type pg from "pg";

/** What an operator does to a payment, until there is a command for it: decisions, stored where the reactor reads them. */

/** Holds a payment in custody and before its payout, or lets it go on; it is looked at again at once. */
export async function hold(pool: pg.Pool, paymentId: number, held: boolean): Promise<void> {
  await pool.query("update kustodia.payment set held = $2 where id = $1", [paymentId, held]);
  await wake(pool, paymentId);
}

/** Records a decision on the payment's custody leg. */
export async function rule(pool: pg.Pool, paymentId: number, kind: "dispute" | "seller" | "buyer"): Promise<void> {
  await pool.query(
    `insert into kustodia.ruling (leg_id, kind, actor, reason)
     select id, $2, 'certificate', 'certificate' from kustodia.leg where payment_id = $1 and kind = 'custody'`,
    [paymentId, kind],
  );
  await wake(pool, paymentId);
}

async function wake(pool: pg.Pool, paymentId: number): Promise<void> {
  await pool.query("update kustodia.leg set due_at = now(), woken_at = clock_timestamp() where payment_id = $1", [
    paymentId,
  ]);
}
