import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { courseOf } from "../../reactor/payments/courseOf.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { saveCourse } from "../../reactor/step/saveCourse.ts";
import { claimLegs } from "../../reactor/store/claimLegs.ts";
import { holdLease } from "../../reactor/store/holdLease.ts";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { postgresStore } from "../../reactor/store/port.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { custodyEnded, facts } from "../payments/knownFacts.ts";
import { freshStore, putLeg, readLeg, storePayment } from "../store/freshStore.ts";

const store = await freshStore();
const { db } = store;
const books = postgresStore(db, FIRST_LANE);
const identity = await takeIdentity(store.url, () => undefined);
afterAll(async () => {
  await identity.close();
  await store.close();
});

/** A claimed custody that is let go in one turn, or only secured: what that saves, and whether its lease is held after it. */
async function savedCourse(end: "order" | "move") {
  const { id } = await putLeg(db, await storePayment(db), "custody", "securing");
  await db.update(leg).set({ dueAtMs: sql`now() - interval '1 hour'` }).where(sql`id = ${id}`);
  const { legs, lease } = await claimLegs(db, FIRST_LANE, identity.holder(), 1);
  const [mine] = legs;
  if (mine?.id !== id || lease === null) throw new Error(`Leg ${id} was not the one claimed.`);
  const known = facts({ terms: custodyEnded });
  const settled = { leg: mine, facts: known, decision: { kind: "move", outcome: "settled" } as const };
  const later = courseOf({ ...mine, state: "active", version: mine.version + 1 }, known);
  const steps = end === "order" ? [settled, ...later] : [settled];
  const { events, result } = await books.transaction((tx) =>
    saveCourse(tx, { leg: mine, steps, followers: [] }, lease),
  );
  const after = await readLeg(db, mine.paymentId, "custody");
  return {
    events: events.map(({ type }) => type),
    result: result[0],
    after,
    isHeld: await holdLease(db, after, lease),
  };
}

test("a course of several moves keeps its lease to the order at its end, which this very turn gives", async () => {
  const { events, result, after, isHeld } = await savedCourse("order");
  expect(events).toEqual(["custodia_activa", "custodia_vencida"]);
  expect(after.state).toBe("releasing");
  expect(result).toMatchObject({ leg: { state: "releasing" }, decision: { kind: "perform", action: "release" } });
  expect(isHeld).toBe(true);
});

test("a course that orders nothing frees its leg", async () => {
  const { events, result, after, isHeld } = await savedCourse("move");
  expect(events).toEqual(["custodia_activa"]);
  expect(after.state).toBe("active");
  expect(result).toBeUndefined();
  expect(isHeld).toBe(false);
});
