import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import type { Leg } from "../../reactor/payments/leg.ts";
import { saveWaits, wakeLegs } from "../../reactor/store/saveLeg.ts";
import { type FreshStore, freshStore, readLeg, readLegRow, storePayment } from "./freshStore.ts";

let store: FreshStore;
beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

const WAIT = { untilMs: null, reason: null };

test("who saves many legs and who wakes them, each in an order of its own, never wait for each other in a ring", async () => {
  const { db } = store;
  const paymentIds = await Promise.all(Array.from({ length: 20 }, () => storePayment(db)));
  const legs = await Promise.all(paymentIds.map((id) => readLeg(db, id, "custody")));
  const backwards = [...legs].reverse();
  const done = await Promise.allSettled(
    Array.from({ length: 40 }, (_, nth) => {
      const some = (nth % 2 === 0 ? legs : backwards).slice(nth % 7);
      return nth % 4 < 2
        ? saveWaits(
            db,
            some.map((one) => [one, WAIT, Date.now()]),
          )
        : wakeLegs(
            db,
            some.map(({ id }) => id),
          );
    }),
  );
  expect(done.filter(({ status }) => status === "rejected")).toEqual([]);
});

test("a leg that is due and claimed by nobody is not written to wake it; one that waits or is claimed is", async () => {
  const { db } = store;
  const [due, waiting, taken] = [await custodyOf(store), await custodyOf(store), await custodyOf(store)];
  await db.execute(
    sql`update kustodia.leg set due_at = now() - interval '1 minute' where id in (${due.id}, ${taken.id})`,
  );
  await db.execute(sql`update kustodia.leg set lease_holder = 1, lease_until = now() where id = ${taken.id}`);
  await wakeLegs(db, [due.id, waiting.id, taken.id]);
  const wokenAt = async ({ paymentId }: Leg) => (await readLegRow(db, paymentId, "custody")).wokenAtMs;
  expect(await wokenAt(due)).toBeNull();
  expect(await wokenAt(waiting)).not.toBeNull();
  expect(await wokenAt(taken)).not.toBeNull();
});

test("one that was due and free when the waking began, and was claimed before it was locked, is told", async () => {
  const { db } = store;
  const { id, paymentId } = await custodyOf(store);
  await db.execute(sql`update kustodia.leg set due_at = now() - interval '1 minute' where id = ${id}`);
  let waking: Promise<void> = Promise.resolve();
  await db.transaction(async (claiming) => {
    await claiming.execute(sql`update kustodia.leg set lease_holder = 1, lease_until = now() where id = ${id}`);
    waking = wakeLegs(db, [id]);
    await until("the waking waits for the lock", 5_000, async () => {
      const { rows } = await db.execute(sql`select from pg_locks waiting join pg_stat_activity using (pid)
        where not granted and datname = current_database()`);
      return rows.length > 0 ? true : undefined;
    });
  });
  await waking;
  expect((await readLegRow(db, paymentId, "custody")).wokenAtMs).not.toBeNull();
});

const custodyOf = async ({ db }: FreshStore) => readLeg(db, await storePayment(db), "custody");
