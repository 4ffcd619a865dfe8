import { sql } from "drizzle-orm";
import type { PaymentStatus } from "../payments/status.ts";
import type { Queryable } from "./database.ts";

export type PaymentCount = Readonly<{ status: PaymentStatus; count: number; centavos: bigint }>;

/** How many payments are in each status, and what they amount to; of a status that none is in there is no row. */
export async function countPayments(db: Queryable): Promise<readonly PaymentCount[]> {
  const { rows } = await db.execute<{ status: PaymentStatus; count: number; centavos: string }>(sql`
    select status, sum(payments)::int as count, sum(centavos)::text as centavos
    from kustodia.payment_tally group by status having sum(payments) <> 0`);
  return rows.map(({ centavos, ...row }) => ({ ...row, centavos: BigInt(centavos) }));
}

/** Adds up what the tally has of each status into one row, so that counting costs the same after a year as after a minute. */
export async function addUpPayments(db: Queryable): Promise<void> {
  // What another reactor is adding up at this moment is its own.
  await db.execute(sql`
    with taken as (
      delete from kustodia.payment_tally where id in (select id from kustodia.payment_tally for update skip locked)
      returning status, payments, centavos)
    insert into kustodia.payment_tally (status, payments, centavos)
    select status, sum(payments), sum(centavos) from taken group by status`);
}
