import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import type { Database } from "../../reactor/store/database.ts";
import {
  availableCentavos,
  type BankReading,
  knownVersions,
  lastReadingMs,
  saveTransactions,
} from "../../reactor/store/saveBankReading.ts";
import { bankTransaction, leg } from "../../reactor/store/schema/index.ts";
import { freshStore, putLeg, readLegRow, storePayment } from "./freshStore.ts";
import { issuance, read, speiDeposit } from "./readings.ts";
import { statementsOf } from "./statementsOf.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());
const stored = async (id: string) => (await db.select().from(bankTransaction).where(eq(bankTransaction.id, id)))[0];

describe("a bank transaction", () => {
  test("is kept in its latest version, and what a later list leaves out is not lost", async () => {
    await read(db, { transactions: [issuance("i-1", { status: "PENDING", txHash: null, fiatId: "F" })] });
    const news = await read(db, {
      transactions: [issuance("i-1", { txHash: "0x1", fiatId: null, receiverClabe: null })],
    });
    expect(news).toBe(1);
    expect(await stored("i-1")).toMatchObject({ status: "COMPLETE", txHash: "0x1", fiatId: "F" });
    expect((await stored("i-1"))?.receiverClabe).not.toBeNull();
  });

  test.each(["PENDING", "IN_PROGRESS", "FAILED"] as const)(
    "that was COMPLETE never becomes %s again",
    async (status) => {
      const id = `final-${status}`;
      await read(db, { transactions: [issuance(id)] });
      expect(await read(db, { transactions: [issuance(id, { status, txHash: "0xlate" })] })).toBe(0);
      expect(await stored(id)).toMatchObject({ status: "COMPLETE", txHash: null });
    },
  );

  test("that FAILED never becomes COMPLETE", async () => {
    await read(db, { transactions: [issuance("i-failed", { status: "FAILED" })] });
    await read(db, { transactions: [issuance("i-failed")] });
    expect(await stored("i-failed")).toMatchObject({ status: "FAILED" });
  });

  test("that was refunded stays refunded, though a slower list does not say so", async () => {
    await read(db, { transactions: [issuance("i-refunded")] });
    expect(await read(db, { transactions: [issuance("i-refunded", { refunded: true })] })).toBe(1);
    await read(db, { transactions: [issuance("i-refunded", { refunded: false })] });
    expect(await stored("i-refunded")).toMatchObject({ status: "COMPLETE", refunded: true });
  });

  test("is stored before it is asked whose it is, though both leave in one packet", async () => {
    const asked = await statementsOf(db, (tx) => saveTransactions(tx, FIRST_ACCOUNT, [issuance("i-ordered")]));
    expect(asked.map((text) => text.split(" ")[0])).toEqual(["insert", "select"]);
  });

  test("is known since it was first read as it is: shown again it is no younger, changed it is", async () => {
    const readAtMs = async () => (await stored("i-since"))?.readAtMs ?? 0;
    await read(db, { transactions: [issuance("i-since")] });
    const first = await readAtMs();
    await sleep(5);
    await read(db, { transactions: [issuance("i-since")] });
    expect(await readAtMs()).toBe(first);
    await read(db, { transactions: [issuance("i-since", { txHash: "0xsince" })] });
    const second = await readAtMs();
    expect(second).toBeGreaterThan(first);
    await read(db, { transactions: [issuance("i-since", { refunded: true })] });
    expect(await readAtMs()).toBeGreaterThan(second);
  });

  test("of an amount beyond eight bytes is kept to the last digit", async () => {
    const amountBaseUnits = 2n ** 200n + 1n;
    await read(db, { transactions: [issuance("i-large", { amountBaseUnits })] });
    expect(await stored("i-large")).toMatchObject({ amountBaseUnits });
  });
});

test("what is known of each transaction is its status, hash and age: the next reading asks only for the rest", async () => {
  await read(db, { transactions: [issuance("i-k1", { status: "PENDING" }), issuance("i-k2", { txHash: "0x2" })] });
  const known = await knownVersions(db, ["i-k1", "i-k2", "i-unknown"]);
  expect(known.get("i-k1")).toMatchObject({ status: "PENDING", txHash: null, updatedAtMs: expect.any(Number) });
  expect(known.get("i-k2")).toMatchObject({ status: "COMPLETE", txHash: "0x2" });
  expect(known.get("i-unknown")).toBeUndefined();
});

test("a SPEI deposit is news when its status changes, and only then", async () => {
  expect(await read(db, { deposits: [speiDeposit("f-1", { status: "pending" })] })).toBe(1);
  expect(await read(db, { deposits: [speiDeposit("f-1", { status: "pending" })] })).toBe(0);
  expect(await read(db, { deposits: [speiDeposit("f-1", { status: "complete" })] })).toBe(1);
});

test("a reading is stored whole or not at all", async () => {
  const before = await lastReadingMs(db, FIRST_ACCOUNT);
  const broken = { ...speiDeposit("f-broken"), amountCentavos: null } as unknown as ReturnType<typeof speiDeposit>;
  await expect(read(db, { transactions: [issuance("i-half")], deposits: [broken] })).rejects.toThrow();
  expect(await stored("i-half")).toBeUndefined();
  expect(await lastReadingMs(db, FIRST_ACCOUNT)).toBe(before);
});

test("the newest reading is the last that was stored, though the clock was set back, and what is free is told by the last that knew it", async () => {
  const startedAtMs = Date.now() + 10_000;
  await read(db, { startedAtMs, availableBaseUnits: 999_000_000n });
  await read(db, { startedAtMs: startedAtMs - 5_000, availableBaseUnits: 15_009_999n });
  await read(db, { startedAtMs: startedAtMs - 4_999, availableBaseUnits: null });
  expect(await lastReadingMs(db, FIRST_ACCOUNT)).toBe(startedAtMs - 4_999);
  // A part of a centavo cannot be spent.
  expect(await availableCentavos(db, FIRST_ACCOUNT)).toBe(1_500n);
});

describe("a changed transaction wakes", () => {
  const dueAfter = async (kind: "deposit" | "custody", state: string, prepare: Prepare) => {
    const { id, paymentId } = await putLeg(db, await storePayment(db), kind, state);
    await db.update(leg).set({ dueAtMs: null }).where(eq(leg.id, id));
    const news = await prepare(db, id);
    await read(db, news);
    return (await readLegRow(db, paymentId, kind)).dueAtMs !== null;
  };
  type Prepare = (db: Database, legId: number) => Promise<Partial<BankReading>>;

  test.each<readonly [string, "deposit" | "custody", string, boolean, Prepare]>([
    [
      "the leg that claimed it",
      "deposit",
      "issuing",
      true,
      async (db, legId) => {
        await insertClaims(db, legId, [{ source: "issuance", outsideId: "i-mine" }]);
        return { transactions: [issuance("i-mine")] };
      },
    ],
    [
      "every leg whose outcome is unknown",
      "custody",
      "withdrawing",
      true,
      async (db, legId) => {
        await db.update(leg).set({ reason: "unknown_outcome" }).where(eq(leg.id, legId));
        return { transactions: [issuance("i-any")] };
      },
    ],
    ["every leg that looks for a refund", "custody", "failed_withdrawal", true, async () => ({})],
    ["no other leg", "custody", "active", false, async () => ({ transactions: [issuance("i-other")] })],
    [
      "nobody, when the list only repeats what is final",
      "deposit",
      "issued",
      false,
      async (db, legId) => {
        await read(db, { transactions: [issuance("i-done")] });
        await insertClaims(db, legId, [{ source: "issuance", outsideId: "i-done" }]);
        return { transactions: [issuance("i-done", { status: "PENDING" })] };
      },
    ],
  ])("%s", async (_what, kind, state, woken, prepare) => expect(await dueAfter(kind, state, prepare)).toBe(woken));
});
