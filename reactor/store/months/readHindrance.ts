import { sql } from "drizzle-orm";
import type { Queryable } from "../database.ts";
import { isOpen, payment } from "../schema/index.ts";
import { named } from "./byMonth.ts";

/**
 * Why a month stays in the history. `payment_goes_on`: one of its payments has not ended; `money_held`: money of one of them is in
 * one of our places, or on its way; `not_told`: a webhook or a mail about one of its events is still to go out.
 */
export type Hindrance = Readonly<{ why: "payment_goes_on" | "money_held" | "not_told"; what: string }>;

/** The first reason for which a month stays, told by example; null when its payments are all over. */
export async function readHindrance(db: Queryable, month: string): Promise<Hindrance | null> {
  const ofMonth = sql`(select distinct payment_id from ${named(month)} where payment_id is not null)`;
  const { rows } = await db.execute<Hindrance>(sql`
    (select 'payment_goes_on' as why, 'payment ' || payment.id as what
      from kustodia.payment where id in ${ofMonth} and (${isOpen(payment.status)}
        or exists (select from kustodia.leg where leg.payment_id = payment.id and (leg.due_at is not null or leg.state = 'review')))
      order by payment.id limit 1)
    union all
    (select 'money_held', 'payment ' || payment_id || ', ' || account || ' ' || sum(amount_centavos)
      from kustodia.entry where payment_id in ${ofMonth} and account in ('juno', 'bridge', 'escrow', 'in_transit')
      group by payment_id, account having sum(amount_centavos) <> 0 order by payment_id limit 1)
    union all
    (select 'not_told', 'event ' || event_id from (
        select event_id from kustodia.outgoing_delivery where state = 'pending'
        union all select event_id from kustodia.notice where state = 'pending') untold
      where event_id in (select id from ${named(month)}) order by event_id limit 1)
    limit 1`);
  return rows[0] ?? null;
}
