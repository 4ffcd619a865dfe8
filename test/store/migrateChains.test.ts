import { afterAll, expect, test } from "vitest";
import { migrate } from "../../reactor/store/migrate.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { migrateUpTo } from "../harness/migrateUpTo.ts";

const database = await freshDatabase();
const { pool } = database;
afterAll(() => database.close());

test("a running system's lanes are on the chain whose heads it reads, and a reactor from before goes on beside this one", async () => {
  await migrateUpTo(pool, "0031_bank_accounts");
  await pool.query(`
    insert into kustodia.head (chain_id, latest_number, read_at) values (421614, 1, '2026-01-01'), (42161, 9, '2026-01-02');
    insert into kustodia.lane (name, state) values ('norte', 'proposed')`);
  await migrate(database.url);
  const { rows } = await pool.query("select name, chain_id from kustodia.lane order by name");
  expect(rows).toEqual([
    { name: "norte", chain_id: 42_161 },
    { name: "principal", chain_id: 42_161 },
  ]);
  expect((await pool.query("select id, index_schema from kustodia.chain")).rows).toEqual([
    { id: 42_161, index_schema: "chain" },
  ]);
  // As that one keeps the hash of a settled block, and makes a lane known.
  for (const hash of ["0xa", "0xb"])
    await pool.query(
      "insert into kustodia.settled_block (number, hash) values (7, $1) on conflict (number) do update set hash = excluded.hash",
      [hash],
    );
  await pool.query("insert into kustodia.lane (name, account, state) values ('sur', 'principal', 'proposed')");
});
