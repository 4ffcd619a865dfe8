import { afterAll, expect, test } from "vitest";
import { migrate } from "../../reactor/store/migrate.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { migrateUpTo } from "../harness/migrateUpTo.ts";

/** When there were no entries yet. */
const LAST_BEFORE = "0013_due_in_order";
const database = await freshDatabase();
const { pool } = database;
afterAll(() => database.close());

/** Money that arrived, was withdrawn, failed to be withdrawn, is on its way, and waits for an owner: as it was kept before. */
const HISTORY = `
  insert into kustodia.customer (id, deposit_clabe) values ('c', '646180000000000001');
  insert into kustodia.payment (customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status)
    values ('c', 500, '646180000000000001', now(), now(), 'active');
  insert into kustodia.leg (payment_id, kind, state, amount_centavos) select id, 'custody', 'active', 500 from kustodia.payment;
  insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, sent_at)
    select id, 'withdraw', 0, 1, gen_random_uuid(), 500, now() from kustodia.leg;
  insert into kustodia.transfer (leg_id, attempt_id, from_place, to_place, amount_centavos, state, created_at, closed_at)
    select leg.id, case when ordered then attempt.id end, source, target, 500, was.state, made::timestamptz, ended::timestamptz
    from kustodia.leg, kustodia.attempt, (values
      (false, 'buyer', 'juno', 'posted', '2026-01-01 10:00+00', '2026-01-01 10:00+00'),
      (true, 'juno', 'bridge', 'voided', '2026-01-01 11:00+00', '2026-01-01 12:00+00'),
      (true, 'juno', 'bridge', 'posted', '2026-01-01 13:00+00', '2026-01-01 14:00+00'),
      (true, 'bridge', 'escrow', 'pending', '2026-01-01 15:00+00', null)
    ) was(ordered, source, target, state, made, ended);
  insert into kustodia.unassigned_deposit (issuance_id, why, clabe, amount_centavos, candidate_legs, seen_at) values
    ('i', 'unmatched', '646180000000000001', 70, '[]', '2026-01-01 16:00+00'),
    ('r', 'returned_payout', '646180000000000001', 9, '[]', '2026-01-01 16:00+00');
  insert into kustodia.event (payment_id, type, es, en, data, actor)
    select id, 'pago_creado', 'Pago creado', 'Payment created', '{}', 'api' from kustodia.payment`;

test("a database with history comes out balanced, each movement's money where it was at each moment", async () => {
  await migrateUpTo(pool, LAST_BEFORE);
  await pool.query(HISTORY);
  await migrate(database.url);
  const lines = await pool.query<{ line: string }>(`
    select to_char(posted_at at time zone 'UTC', 'HH24') || ' ' || account || ' ' || sum(amount_centavos) as line
    from kustodia.entry group by posted_at, account having sum(amount_centavos) <> 0 order by posted_at, sum(amount_centavos)`);
  expect(lines.rows.map(({ line }) => line)).toEqual([
    ...["10 buyer -500", "10 juno 500", "11 juno -500", "11 in_transit 500", "12 in_transit -500", "12 juno 500"],
    ...[
      "13 juno -500",
      "13 in_transit 500",
      "14 in_transit -500",
      "14 bridge 500",
      "15 bridge -500",
      "15 in_transit 500",
    ],
    ...["16 buyer -70", "16 beneficiary -9", "16 suspense 79"],
  ]);
  const unbalanced = "select transfer_id from kustodia.entry group by transfer_id having sum(amount_centavos) <> 0";
  expect((await pool.query(unbalanced)).rows).toEqual([]);
  expect(
    (await pool.query("select payment_id, leg_id from kustodia.entry where leg_id is not null and payment_id is null"))
      .rows,
  ).toEqual([]);
});

test("what had been under way before ends by the same entries as anything else", async () => {
  await pool.query("update kustodia.transfer set state = 'posted', closed_at = now() where state = 'pending'");
  const { rows } = await pool.query(
    "select account, sum(amount_centavos)::int from kustodia.entry group by account having sum(amount_centavos) <> 0 order by 1",
  );
  expect(rows).toEqual([
    { account: "beneficiary", sum: -9 },
    { account: "buyer", sum: -570 },
    { account: "escrow", sum: 500 },
    { account: "suspense", sum: 79 },
  ]);
});

test("the history keeps its rows: its new column costs no rewriting of it", async () => {
  const { rows } = await pool.query<{ missing: boolean }>(
    `select atthasmissing as missing from pg_attribute join kustodia.event on event.tableoid = attrelid
     where attname = 'xact' group by missing`,
  );
  expect(rows).toEqual([{ missing: true }]);
});
