import { eq, sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { wakeStates } from "../../reactor/store/wakeStates.ts";
import { freshStore, putLeg, readLegRow, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

test("a sweep that Postgres ends, because a batch takes the same legs the other way round, is made again", async () => {
  const payments = [await storePayment(db), await storePayment(db)] as const;
  const legs = [
    await putLeg(db, payments[0], "custody", "bridged"),
    await putLeg(db, payments[1], "custody", "bridged"),
  ] as const;
  await db.update(leg).set({ dueAtMs: null });
  const take = (id: number) => sql`select from kustodia.leg where id = ${id} for update`;
  const [first, second] = legs.map(({ id }) => id).toSorted((one, other) => one - other);
  let sweep: Promise<number> | undefined;
  await db.transaction(async (batch) => {
    await batch.execute(take(second ?? 0));
    sweep = wakeStates(db, "custody", ["bridged"]);
    await until("the sweep holds the first and waits for the second", 5_000, async () => {
      const { rows } = await db.execute(sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0 ? true : undefined;
    });
    await batch.execute(take(first ?? 0));
  });
  expect(await sweep).toBe(2);
  for (const paymentId of payments) expect((await readLegRow(db, paymentId, "custody")).dueAtMs).not.toBeNull();
  expect(await db.$count(leg, eq(leg.state, "bridged"))).toBe(2);
});
