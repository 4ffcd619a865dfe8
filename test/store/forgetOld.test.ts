import { afterAll, expect, test } from "vitest";
import { forgetOld } from "../../reactor/store/forgetOld.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const AGES = [
  ["webhook_delivery", "insert into kustodia.webhook_delivery (body, received_at) values ('{}', $1)", 90],
  ["bank_reading", "insert into kustodia.bank_reading (started_at, since, changed) values ($1, $1, 0)", 365],
  [
    "process_run",
    "insert into kustodia.process_run (process, started_by, started_at) values ('sync', 'reloj', $1)",
    365,
  ],
] as const;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

test.each(AGES)(
  "of %s what is older than it is kept is forgotten, and nothing that is younger",
  async (table, insert, days) => {
    for (const age of [days + 30, days + 1, days - 1, 0]) await pool.query(insert, [daysAgo(age)]);
    expect(await forgetOld(db)).toBe(2);
    expect(await forgetOld(db)).toBe(0);
    expect((await pool.query(`select from kustodia.${table}`)).rowCount).toBe(2);
  },
);
