import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/** What a movement or a closing should say by the entries, and what it says. */
type Difference = Readonly<{
  what: "movement_changed" | "closing_changed";
  paymentId: number | null;
  position: null;
  row: string;
  expected: string;
  found: string;
}>;
type Row = Readonly<{ payment_id: number | null; row: string; expected: string; found: string }>;

const differenceOf = (what: Difference["what"], row: Row | undefined): Difference | null =>
  row === undefined
    ? null
    : { what, paymentId: row.payment_id, position: null, row: row.row, expected: row.expected, found: row.found };

/** The oldest movement whose entries are not what its places, its amount and its state ask for; null when there is none. */
export async function readMovementBreak(db: Queryable): Promise<Difference | null> {
  const { rows } = await db.execute<Row>(sql`
    with said as (
      select transfer.id, transfer.leg_id, jsonb_object_agg(account, centavos) filter (where centavos <> 0) as says
      from kustodia.transfer,
        lateral (
          select account, sum(centavos) as centavos from (values
            (from_place, -amount_centavos),
            (case state when 'posted' then to_place when 'voided' then from_place else 'in_transit' end, amount_centavos)
          ) line(account, centavos) group by account) wanted
      group by transfer.id),
    booked as (
      select transfer_id, jsonb_object_agg(account, centavos) filter (where centavos <> 0) as says
      from (select transfer_id, account, sum(amount_centavos) as centavos from kustodia.entry group by 1, 2) by_account
      group by transfer_id)
    select leg.payment_id, 'transfer ' || coalesce(said.id, booked.transfer_id) as row,
      coalesce(said.says::text, '{}') as expected, coalesce(booked.says::text, '{}') as found
    from said full join booked on booked.transfer_id = said.id left join kustodia.leg on leg.id = said.leg_id
    where said.says is distinct from booked.says order by coalesce(said.id, booked.transfer_id) limit 1`);
  return differenceOf("movement_changed", rows[0]);
}

/** The oldest closing that is not the one before it and the entries between; null when there is none. */
export async function readClosingBreak(db: Queryable): Promise<Difference | null> {
  const { rows } = await db.execute<Row>(sql`
    select null::int as payment_id, 'closing ' || closed.through as row, added.says::text as expected, closed.centavos::text as found
    from (
      select through, centavos, lag(through) over before as since, lag(centavos) over before as opening
      from kustodia.closing window before as (order by through)) closed,
      lateral (
        select coalesce(jsonb_object_agg(account, total::text), '{}') as says from (
          select account, sum(centavos) as total from (
            select key as account, value::numeric as centavos from jsonb_each_text(coalesce(closed.opening, '{}'))
            union all
            select account, amount_centavos from kustodia.entry
              where posted_at <= closed.through and posted_at > coalesce(closed.since, '-infinity')
          ) line group by account) by_account) added
    where added.says <> closed.centavos order by closed.through limit 1`);
  return differenceOf("closing_changed", rows[0]);
}
