import { and, eq, sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { apply } from "../../reactor/payments/apply.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Leg } from "../../reactor/payments/leg.ts";
import { claimLegs } from "../../reactor/store/claimLegs.ts";
import { databaseNowMs } from "../../reactor/store/databaseNowMs.ts";
import { holdLease, type Lease } from "../../reactor/store/holdLease.ts";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { saveFailure } from "../../reactor/store/saveFailure.ts";
import { saveLeg, saveWait, wakeLegs } from "../../reactor/store/saveLeg.ts";
import { leg, payment } from "../../reactor/store/schema/index.ts";
import { facts } from "../payments/knownFacts.ts";
import { freshStore, putLeg, readLeg, readLegRow, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
const identity = await takeIdentity(store.url, () => undefined);
afterAll(async () => {
  await identity.close();
  await store.close();
});

const { terms } = facts();
const moved = (before: Leg, outcome: string, learnt = {}) => apply(before, outcome, learnt, terms, Date.now()).leg;
const statusOf = async (id: number) => (await db.select().from(payment).where(eq(payment.id, id)))[0]?.status;

/** A payment's leg, due and claimed by this reactor, with the clock of the claim. */
async function claimed(state: string): Promise<{ leg: Leg; nowMs: number; lease: Lease }> {
  const { id } = await putLeg(db, await storePayment(db), "custody", state);
  await db.update(leg).set({ dueAtMs: sql`now() - interval '1 hour'` }).where(eq(leg.id, id));
  const { legs, nowMs, lease } = await claimLegs(db, FIRST_LANE, identity.holder(), 1);
  const [mine] = legs;
  if (mine?.id !== id || lease === null) throw new Error(`Leg ${id} was not the one claimed.`);
  return { leg: mine, nowMs, lease };
}

describe("saving a move", () => {
  test("stores the leg as it is, due at once, its lease freed, and the payment's status with it", async () => {
    const { leg: before } = await claimed("securing");
    await putLeg(db, before.paymentId, "deposit", "issued");
    const next = moved(before, "settled");
    expect(await saveLeg(db, next)).toBe(true);
    expect(await readLeg(db, before.paymentId, "custody")).toEqual(next);
    const row = await readLegRow(db, before.paymentId, "custody");
    expect(row).toMatchObject({ leaseHolder: null, leaseUntilMs: null, failures: 0 });
    expect(row.dueAtMs).toBeLessThanOrEqual(await databaseNowMs(db));
    expect(await statusOf(before.paymentId)).toBe("active");
  });

  test("keeps the very lease under which the leg orders something in the same turn, and no other", async () => {
    for (const lateMs of [0, 1]) {
      const { leg: before, lease } = await claimed("active");
      const kept = { ...lease, untilMs: lease.untilMs + lateMs };
      const next = moved(before, "due");
      expect(await saveLeg(db, next, kept)).toBe(true);
      expect(await holdLease(db, next, kept)).toBe(lateMs === 0);
      expect(await readLegRow(db, before.paymentId, "custody")).toMatchObject({
        leaseHolder: lateMs === 0 ? lease.holder : null,
      });
    }
  });

  test("gives a leg that nobody had claimed the lease of who orders something for it, and takes it from nobody", async () => {
    for (const holder of [null, 999]) {
      const { leg: before, lease } = await claimed("active");
      await db
        .update(leg)
        .set({ leaseHolder: holder, leaseUntilMs: holder && lease.untilMs })
        .where(eq(leg.id, before.id));
      const next = moved(before, "due");
      expect(await saveLeg(db, next, { ...lease, taken: true })).toBe(true);
      expect(await holdLease(db, next, lease)).toBe(holder === null);
    }
    // A lease that was lost meanwhile is not taken anew: what was decided was decided of another moment.
    const { leg: before, lease } = await claimed("active");
    await db.update(leg).set({ leaseHolder: null, leaseUntilMs: null }).where(eq(leg.id, before.id));
    await saveLeg(db, moved(before, "due"), lease);
    expect(await holdLease(db, moved(before, "due"), lease)).toBe(false);
  });

  test("is done once: a second reactor's move from the same version writes nothing", async () => {
    const { leg: before } = await claimed("disputed");
    const forSeller = moved(before, "ruled_for_seller");
    expect(await saveLeg(db, forSeller)).toBe(true);
    expect(await saveLeg(db, moved(before, "ruled_for_buyer"))).toBe(false);
    expect(await readLeg(db, before.paymentId, "custody")).toEqual(forSeller);
  });

  test("is done once among many at the same moment", async () => {
    const { leg: before } = await claimed("disputed");
    const outcomes = Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? "ruled_for_seller" : "ruled_for_buyer",
    );
    const saved = await Promise.all(
      outcomes.map((outcome) => db.transaction((tx) => saveLeg(tx, moved(before, outcome)))),
    );
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect((await readLeg(db, before.paymentId, "custody")).version).toBe(before.version + 1);
  });

  test.each([
    ["over", "crediting", "credited", { cryptoDepositId: "c-1" }],
    ["a person's", "releasing", "reverted", {}],
  ])("a leg that is then %s is due no more", async (_what, state, outcome, learnt) => {
    const { leg: before } = await claimed(state);
    expect(await saveLeg(db, moved(before, outcome, learnt))).toBe(true);
    expect(await readLegRow(db, before.paymentId, "custody")).toMatchObject({ dueAtMs: null, leaseHolder: null });
  });

  test("wakes the siblings that wait for it, and no other leg", async () => {
    const { leg: before } = await claimed("crediting");
    const stranger = await storePayment(db);
    await saveLeg(db, moved(before, "credited", { cryptoDepositId: "c-2" }));
    expect((await readLegRow(db, before.paymentId, "payout")).dueAtMs).toBeLessThanOrEqual(await databaseNowMs(db));
    expect((await readLegRow(db, stranger, "payout")).dueAtMs).toBeNull();
  });

  test("wakes a payout that a program of before stored without saying where its money comes from", async () => {
    const { leg: before } = await claimed("crediting");
    const ofPayout = and(eq(leg.paymentId, before.paymentId), eq(leg.kind, "payout"));
    await db.update(leg).set({ source: null, payee: null }).where(ofPayout);
    await saveLeg(db, moved(before, "credited", { cryptoDepositId: "c-4" }));
    expect((await readLegRow(db, before.paymentId, "payout")).dueAtMs).toBeLessThanOrEqual(await databaseNowMs(db));
  });

  test("wakes at the deposit's end the custody that it pays for, and not the payout that waits for the custody", async () => {
    const paymentId = await storePayment(db);
    const issuing = await putLeg(db, paymentId, "deposit", "issuing");
    await saveLeg(db, moved(issuing, "issued"));
    expect((await readLegRow(db, paymentId, "custody")).dueAtMs).toBeLessThanOrEqual(await databaseNowMs(db));
    expect((await readLegRow(db, paymentId, "payout")).dueAtMs).toBeNull();
  });

  test("writes the payment's row where its status is another one, and leaves it alone where it is the same", async () => {
    const { leg: before } = await claimed("returning");
    await putLeg(db, before.paymentId, "deposit", "issued");
    const writtenBy = async () =>
      (await db.execute<{ xmin: string }>(sql`select xmin::text from kustodia.payment where id = ${before.paymentId}`))
        .rows;
    const first = await writtenBy();
    const crediting = moved(before, "returned");
    await saveLeg(db, crediting);
    expect(await statusOf(before.paymentId)).toBe("active");
    const second = await writtenBy();
    expect(second).not.toEqual(first);
    await saveLeg(db, moved(crediting, "credited", { cryptoDepositId: "c-3" }));
    expect(await statusOf(before.paymentId)).toBe("active");
    expect(await writtenBy()).toEqual(second);
  });

  test("wakes no sibling on the way to its end: nothing that it waits for has come", async () => {
    const { leg: before } = await claimed("returning");
    await saveLeg(db, moved(before, "returned"));
    expect((await readLegRow(db, before.paymentId, "payout")).dueAtMs).toBeNull();
  });

  test("a leg that does not fit its state is not stored", async () => {
    const { leg: before } = await claimed("disputed");
    await expect(saveLeg(db, { ...moved(before, "ruled_for_seller"), carried: {} })).rejects.toThrow(/carries exactly/);
    expect(await readLeg(db, before.paymentId, "custody")).toEqual(before);
  });
});

describe("saving a wait", () => {
  const inAnHour = () => Date.now() + 3_600_000;

  test("frees the lease and keeps the earlier of the wait's end and the deadline", async () => {
    const { leg: waiting, nowMs } = await claimed("active");
    const deadlineAtMs = nowMs + 60_000;
    await saveWait(db, { ...waiting, deadlineAtMs }, { untilMs: inAnHour(), reason: "held" }, nowMs);
    const row = await readLegRow(db, waiting.paymentId, "custody");
    expect(row).toMatchObject({ dueAtMs: deadlineAtMs, reason: "held", leaseHolder: null, version: waiting.version });
    await saveWait(db, { ...waiting, deadlineAtMs }, { untilMs: nowMs + 1_000, reason: null }, nowMs);
    expect(await readLegRow(db, waiting.paymentId, "custody")).toMatchObject({ dueAtMs: nowMs + 1_000, reason: null });
  });

  test("a deadline that is over does not make the leg spin", async () => {
    const { leg: waiting, nowMs } = await claimed("active");
    const untilMs = inAnHour();
    await saveWait(db, { ...waiting, deadlineAtMs: nowMs - 1 }, { untilMs, reason: null }, nowMs);
    expect(await readLegRow(db, waiting.paymentId, "custody")).toMatchObject({ dueAtMs: untilMs });
  });

  test.each([null, inAnHour()])(
    "does not lose a wake-up that came after the claim (wait until %j)",
    async (untilMs) => {
      const { leg: waiting, nowMs } = await claimed("active");
      await wakeLegs(db, [waiting.id]);
      await saveWait(db, waiting, { untilMs, reason: null }, nowMs);
      const row = await readLegRow(db, waiting.paymentId, "custody");
      expect(row.dueAtMs).not.toBeNull();
      expect(row.dueAtMs).toBeLessThanOrEqual(await databaseNowMs(db));
    },
  );

  test("does not lose a wake-up whose transaction was still open at the claim's end", async () => {
    const { leg: waiting, nowMs } = await claimed("active");
    let saving: Promise<void> = Promise.resolve();
    await db.transaction(async (tx) => {
      await wakeLegs(tx, [waiting.id]);
      saving = saveWait(db, waiting, { untilMs: null, reason: null }, nowMs);
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await saving;
    expect((await readLegRow(db, waiting.paymentId, "custody")).dueAtMs).not.toBeNull();
  });

  test("an old wake-up was for the claim that it caused, not for the next", async () => {
    const { leg: waiting, nowMs } = await claimed("active");
    await db
      .update(leg)
      .set({ wokenAtMs: nowMs - 1 })
      .where(eq(leg.id, waiting.id));
    await saveWait(db, waiting, { untilMs: null, reason: null }, nowMs);
    expect((await readLegRow(db, waiting.paymentId, "custody")).dueAtMs).toBeNull();
  });

  test("writes nothing when the leg has moved on: another's lease stays its own", async () => {
    const { leg: waiting, nowMs } = await claimed("active");
    await saveLeg(db, moved(waiting, "due"));
    await db.update(leg).set({ leaseHolder: 999 }).where(eq(leg.id, waiting.id));
    await saveWait(db, waiting, { untilMs: null, reason: "held" }, nowMs);
    expect(await readLegRow(db, waiting.paymentId, "custody")).toMatchObject({ leaseHolder: 999, reason: null });
  });
});

test("waking spares what is a person's", async () => {
  const { leg: reviewed } = await claimed("releasing");
  await saveLeg(db, moved(reviewed, "reverted"));
  await wakeLegs(db, [reviewed.id]);
  expect((await readLegRow(db, reviewed.paymentId, "custody")).dueAtMs).toBeNull();
});

describe("a leg on which the program throws", () => {
  test("is tried again a little later, and after five times it is a person's; its payment says so", async () => {
    const { leg: failing } = await claimed("active");
    await putLeg(db, failing.paymentId, "deposit", "issued");
    for (let times = 1; times <= 4; times += 1) {
      expect(await saveFailure(db, failing)).toBe(false);
      const row = await readLegRow(db, failing.paymentId, "custody");
      expect(row).toMatchObject({ failures: times, state: "active", leaseHolder: null });
      expect(row.dueAtMs).toBeGreaterThan(await databaseNowMs(db));
    }
    expect(await saveFailure(db, failing)).toBe(true);
    expect(await readLegRow(db, failing.paymentId, "custody")).toMatchObject({
      state: "review",
      reviewFrom: "active",
      version: failing.version + 1,
      dueAtMs: null,
    });
    expect(await statusOf(failing.paymentId)).toBe("review");
  });

  test("and that somebody else has moved since is left as it is", async () => {
    const { leg: failing } = await claimed("active");
    await saveLeg(db, moved(failing, "due"));
    await db.update(leg).set({ failures: 4, leaseHolder: 999 }).where(eq(leg.id, failing.id));
    const before = await readLegRow(db, failing.paymentId, "custody");
    expect(await saveFailure(db, failing)).toBe(false);
    expect(await readLegRow(db, failing.paymentId, "custody")).toEqual(before);
  });
});
