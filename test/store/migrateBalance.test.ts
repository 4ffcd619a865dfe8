import { afterAll, expect, test } from "vitest";
import { migrate } from "../../reactor/store/migrate.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { migrateUpTo } from "../harness/migrateUpTo.ts";

const database = await freshDatabase();
const { pool } = database;
afterAll(() => database.close());

/** As a reactor from before stores a reading; one whose balance did not answer has none. */
const READINGS = `insert into kustodia.bank_reading (account, started_at, since, changed, available_base_units) values
  ('principal', '2026-01-02 10:00+00', '2026-01-01', 0, 700),
  ('principal', '2026-01-02 10:05+00', '2026-01-01', 0, 500),
  ('principal', '2026-01-02 10:10+00', '2026-01-01', 0, null),
  ('segunda', '2026-01-02 09:00+00', '2026-01-01', 0, 40)`;

test("a running system's balances are the last that its readings brought, and what a reactor from before reads still tells them", async () => {
  await migrateUpTo(pool, "0035_runs_of_accounts");
  await pool.query(READINGS);
  await migrate(database.url);
  const told = async () =>
    (
      await pool.query(`select account, to_char(started_at at time zone 'UTC', 'HH24:MI') as at,
        available_base_units as units from kustodia.bank_balance order by account`)
    ).rows;
  expect(await told()).toEqual([
    { account: "principal", at: "10:05", units: "500" },
    { account: "segunda", at: "09:00", units: "40" },
  ]);
  await pool.query(`insert into kustodia.bank_reading (account, started_at, since, changed, available_base_units)
    values ('segunda', '2026-01-02 11:00+00', '2026-01-01', 1, 45), ('segunda', '2026-01-02 11:01+00', '2026-01-01', 0, null)`);
  expect((await told())[1]).toEqual({ account: "segunda", at: "11:00", units: "45" });
});
