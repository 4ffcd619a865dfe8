import { afterAll, beforeAll, expect, test } from "vitest";
import { saveWaits, wakeLegs } from "../../reactor/store/saveLeg.ts";
import { type FreshStore, freshStore, readLeg, storePayment } from "./freshStore.ts";

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
