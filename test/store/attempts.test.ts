import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import {
  ANSWER_LOST,
  type AttemptResult,
  adoptAttempt,
  closeAttempt,
  closeCalls,
  openAttempt,
} from "../../reactor/store/attempts.ts";
import { attempt } from "../../reactor/store/schema/index.ts";
import { freshStore, putLeg, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

const legInCustody = async () => putLeg(db, await storePayment(db), "custody", "withdrawing");
const stored = async (id: number) => (await db.select().from(attempt).where(eq(attempt.id, id)))[0];
const answer = (outcome: AttemptResult["outcome"], more: Partial<AttemptResult> = {}): AttemptResult => ({
  outcome,
  outsideId: null,
  when: null,
  reason: null,
  evidence: null,
  ...more,
});

test("each sending of an order to the bank has its number, under the one key", async () => {
  const [leg, key] = [await legInCustody(), randomUUID()];
  const numbers: number[] = [];
  for (let sent = 0; sent < 3; sent += 1) {
    const { id, number } = await openAttempt(db, leg, "withdraw", key, "numbered", Date.now());
    numbers.push(number);
    expect(await stored(id)).toMatchObject({ key, outcome: "pending", amountCentavos: leg.amountCentavos });
  }
  expect(numbers).toEqual([1, 2, 3]);
  const next = { ...leg, generation: 1 };
  expect((await openAttempt(db, next, "withdraw", randomUUID(), "numbered", Date.now())).number).toBe(1);
});

test("an attempt whose answer nobody stored is unknown once the order is sent again", async () => {
  const [leg, key] = [await legInCustody(), randomUUID()];
  const first = await openAttempt(db, leg, "withdraw", key, "numbered", Date.now());
  const second = await openAttempt(db, leg, "withdraw", key, "numbered", Date.now());
  expect(await stored(first.id)).toMatchObject({ ...ANSWER_LOST, outcome: "unknown" });
  expect(await stored(second.id)).toMatchObject({ outcome: "pending" });
});

test("two reactors that send one order at the same moment store one intent with each number", async () => {
  const leg = await legInCustody();
  const opened = await Promise.allSettled(
    Array.from({ length: 8 }, () => openAttempt(db, leg, "withdraw", randomUUID(), "numbered", Date.now())),
  );
  const numbers = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value.number] : []));
  expect(numbers.length).toBeGreaterThan(0);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("a call to the chain is stored once: a second nonce for it is refused, in another transaction too", async () => {
  const leg = await legInCustody();
  const open = () => db.transaction((tx) => openAttempt(tx, leg, "createEscrow", randomUUID(), "once", Date.now()));
  const opened = await Promise.allSettled([open(), open(), open()]);
  expect(opened.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  await expect(open()).rejects.toThrow();
});

describe("an answer", () => {
  const opened = async () => openAttempt(db, await legInCustody(), "withdraw", randomUUID(), "numbered", Date.now());

  test("closes its attempt with what was said and when", async () => {
    const { id } = await opened();
    await closeAttempt(db, id, answer("refused", { when: "not_now", reason: "limit", evidence: { code: "1" } }));
    const row = await stored(id);
    expect(row).toMatchObject({ outcome: "refused", when: "not_now", reason: "limit", evidence: { code: "1" } });
    expect(row?.closedAtMs).not.toBeNull();
  });

  test.each([answer("unknown"), answer("refused", { when: "never" })])(
    "never undoes an acceptance: %j",
    async (later) => {
      const { id } = await opened();
      await closeAttempt(db, id, answer("done", { outsideId: "w-1" }));
      await closeAttempt(db, id, later);
      expect(await stored(id)).toMatchObject({ outcome: "done", outsideId: "w-1" });
    },
  );
});

test("an order found at the bank is accepted after all, unless it was accepted under another id before", async () => {
  const leg = await legInCustody();
  const { id } = await openAttempt(db, leg, "withdraw", randomUUID(), "numbered", Date.now());
  await closeAttempt(db, id, answer("unknown", { evidence: { code: "0" } }));
  await adoptAttempt(db, id, "w-found");
  expect(await stored(id)).toMatchObject({
    outcome: "done",
    outsideId: "w-found",
    evidence: { answer: { code: "0" }, found_at_the_bank: "w-found" },
  });
  await adoptAttempt(db, id, "w-other");
  expect(await stored(id)).toMatchObject({ outsideId: "w-found" });
});

test("the logs of a call close it, and leave the orders to the bank alone", async () => {
  const leg = await legInCustody();
  const call = await openAttempt(db, leg, "createEscrow", randomUUID(), "once", Date.now());
  const order = await openAttempt(db, leg, "withdraw", randomUUID(), "numbered", Date.now());
  await closeCalls(db, leg.id, "refused");
  expect(await stored(call.id)).toMatchObject({ outcome: "refused", when: "never" });
  expect(await stored(order.id)).toMatchObject({ outcome: "pending" });
});
