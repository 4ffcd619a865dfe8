import { eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { claimLegs } from "../../reactor/store/claimLegs.ts";
import { type Identity, takeIdentity } from "../../reactor/store/identity.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { cutOff, freshStore, putLeg, readLeg, readLegRow, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
type LegRow = typeof leg.$inferInsert;
const identities: Identity[] = [];
/** A reactor that lives: its number, and its session. */
const takeNumber = async (url = store.url) => {
  const identity = await takeIdentity(url, () => undefined);
  identities.push(identity);
  return { holder: identity.holder(), identity };
};
afterAll(async () => {
  await Promise.all(identities.map((identity) => identity.close()));
  await store.close();
});

beforeEach(() => db.update(leg).set({ dueAtMs: null, leaseHolder: null, leaseUntilMs: null }));

async function dueLegs(count: number): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let made = 0; made < count; made += 1) {
    const { id } = await putLeg(db, await storePayment(db), "custody", "bridged");
    await db.update(leg).set({ dueAtMs: sql`now()` }).where(eq(leg.id, id));
    ids.push(id);
  }
  return ids;
}

const claimedIds = async (holder: number, limit = 100) =>
  (await claimLegs(db, FIRST_LANE, holder, limit)).legs.map((one) => one.id).sort((a, b) => a - b);

test("many reactors claiming at once never get the same leg, and together get all", async () => {
  const due = await dueLegs(60);
  const holders = await Promise.all(Array.from({ length: 8 }, () => takeNumber()));
  expect(new Set(holders.map((one) => one.holder)).size).toBe(8);
  const claims = await Promise.all(holders.flatMap(({ holder }) => [claimedIds(holder, 4), claimedIds(holder, 7)]));
  const all = claims.flat();
  expect(new Set(all).size).toBe(all.length);
  expect([...all, ...(await claimedIds(holders[0]?.holder ?? 0))].sort((a, b) => a - b)).toEqual(due);
});

test("a batch is no larger than asked, oldest due first, and tells the database's clock", async () => {
  const { holder } = await takeNumber();
  const [late = 0, early = 0] = await dueLegs(2);
  await db.update(leg).set({ dueAtMs: sql`now() - interval '1 minute'` }).where(eq(leg.id, early));
  const { legs, nowMs } = await claimLegs(db, FIRST_LANE, holder, 1);
  expect(legs.map((one) => one.id)).toEqual([early]);
  expect(await claimedIds(holder)).toEqual([late]);
  const { rows } = await store.pool.query<{ off: string }>(
    "select extract(epoch from clock_timestamp()) * 1000 - $1 as off",
    [nowMs],
  );
  expect(Math.abs(Number(rows[0]?.off))).toBeLessThan(2_000);
});

test("legs of one moment are taken by their numbers, however their rows have moved", async () => {
  const { holder } = await takeNumber();
  const due = await dueLegs(6);
  for (const id of due.toReversed()) await db.update(leg).set({ reason: null }).where(eq(leg.id, id));
  await db
    .update(leg)
    .set({ dueAtMs: sql`now()` })
    .where(inArray(leg.id, [...due]));
  const { legs } = await claimLegs(db, FIRST_LANE, holder, 4);
  expect(legs.map((one) => one.id)).toEqual(due.slice(0, 4));
});

describe("what is not due is not claimed", () => {
  test("a leg of the future, and then the claim says when", async () => {
    const { holder } = await takeNumber();
    const [id = 0] = await dueLegs(1);
    const dueAtMs = Date.now() + 60_000;
    await db.update(leg).set({ dueAtMs }).where(eq(leg.id, id));
    expect(await claimLegs(db, FIRST_LANE, holder, 10)).toMatchObject({ legs: [], nextDueMs: dueAtMs });
  });

  test("a leg without a time, and then there is no when", async () => {
    const { holder } = await takeNumber();
    expect(await claimLegs(db, FIRST_LANE, holder, 10)).toMatchObject({ legs: [], nextDueMs: null });
  });

  test("a leg in review, whatever its time says", async () => {
    const { holder } = await takeNumber();
    const [id = 0] = await dueLegs(1);
    await db.update(leg).set({ state: "review", reviewFrom: "bridged" }).where(eq(leg.id, id));
    expect(await claimedIds(holder)).toEqual([]);
  });
});

describe("who waits for the end of a claimed leg", () => {
  /** What is read beside the claim of a deposit whose custody waits. */
  async function waitingBeside(changes: { deposit?: Partial<LegRow>; custody?: Partial<LegRow> } = {}) {
    const { holder } = await takeNumber();
    const payment = await storePayment(db);
    const { id } = await putLeg(db, payment, "deposit", "issuing");
    const custody = await putLeg(db, payment, "custody", "waiting");
    await db
      .update(leg)
      .set({ dueAtMs: sql`now()`, ...changes.deposit })
      .where(eq(leg.id, id));
    await db
      .update(leg)
      .set({ dueAtMs: null, ...changes.custody })
      .where(eq(leg.id, custody.id));
    const { legs, waiting } = await claimLegs(db, FIRST_LANE, holder, 10);
    return {
      claimed: legs.map(({ kind }) => kind),
      waiting,
      custody: await readLeg(db, payment, "custody"),
      row: await readLegRow(db, payment, "custody"),
    };
  }

  test("is read as it is, and not claimed", async () => {
    const { claimed, waiting, custody, row } = await waitingBeside();
    expect(claimed).toEqual(["deposit"]);
    expect(waiting).toEqual([custody]);
    expect(row).toMatchObject({ leaseHolder: null, leaseUntilMs: null });
  });

  test("is left to its own turn where that end is not near, where somebody has it, and where the claimed one has failed", async () => {
    const custody = { leaseHolder: 999, leaseUntilMs: sql`now() + interval '1 minute'` as unknown as number };
    expect((await waitingBeside({ deposit: { state: "seen", carried: { fid: "fid-1" } } })).waiting).toEqual([]);
    expect(await waitingBeside({ custody })).toMatchObject({ claimed: ["deposit"], waiting: [] });
    expect((await waitingBeside({ deposit: { failures: 1 } })).waiting).toEqual([]);
    expect((await waitingBeside({ custody: { state: "bridged", carried: { withdrawalId: "w" } } })).waiting).toEqual(
      [],
    );
  });

  test("and is due itself is claimed, and stands among the claimed alone", async () => {
    const due = await waitingBeside({ custody: { dueAtMs: 0 } });
    expect(due).toMatchObject({ claimed: ["custody", "deposit"], waiting: [] });
  });
});

describe("a lease", () => {
  test("holds against everybody, its own holder too, while the holder lives", async () => {
    const [mine, other] = [await takeNumber(), await takeNumber()];
    const due = await dueLegs(2);
    expect(await claimedIds(mine.holder)).toEqual(due);
    expect(await claimedIds(other.holder)).toEqual([]);
    expect(await claimedIds(mine.holder)).toEqual([]);
  });

  test("of a holder that hangs ends after 30 s, and not after 25", async () => {
    const [hung, other] = [await takeNumber(), await takeNumber()];
    const due = await dueLegs(1);
    await claimedIds(hung.holder);
    const pass = (seconds: number) =>
      db.update(leg).set({ leaseUntilMs: sql`${leg.leaseUntilMs} - make_interval(secs => ${seconds})` });
    await pass(25);
    expect(await claimedIds(other.holder)).toEqual([]);
    await pass(5);
    expect(await claimedIds(other.holder)).toEqual(due);
  });

  test("of a holder whose session is gone ends at once", async () => {
    const [dead, other] = [await takeNumber(), await takeNumber()];
    const due = await dueLegs(1);
    await claimedIds(dead.holder);
    await cutOff(store.pool, dead.holder);
    await expect(dead.identity.assertAlive(dead.holder)).rejects.toThrow();
    expect(await claimedIds(other.holder)).toEqual(due);
  });

  test("is not kept alive by a reactor of the same number in another database of the same server", async () => {
    const elsewhere = await freshDatabase();
    try {
      await elsewhere.pool.query("create schema kustodia; create sequence kustodia.reactor_number as integer cycle");
      const dead = await takeNumber();
      const due = await dueLegs(1);
      await claimedIds(dead.holder);
      await elsewhere.pool.query("select setval('kustodia.reactor_number', $1, false)", [dead.holder]);
      expect((await takeNumber(elsewhere.url)).holder).toBe(dead.holder);
      await dead.identity.close();
      expect(await claimedIds((await takeNumber()).holder)).toEqual(due);
    } finally {
      await Promise.all(identities.splice(-2).map((identity) => identity.close()));
      await elsewhere.close();
    }
  });
});

test("a claim does not wait for the disk, and what is saved after it in a transaction of its own does", async () => {
  await dueLegs(1);
  const { holder } = await takeNumber();
  const waits = async (tx: Pick<typeof db, "execute">) => (await tx.execute(sql`show synchronous_commit`)).rows[0];
  await db.transaction(async (tx) => {
    await claimLegs(tx as unknown as typeof db, FIRST_LANE, holder, 1);
    expect(await waits(tx)).toEqual({ synchronous_commit: "off" });
  });
  expect(await db.transaction(waits)).toEqual({ synchronous_commit: "on" });
});
