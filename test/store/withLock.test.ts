import { afterAll, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { processLock } from "../../reactor/runProcess.ts";
import { heldLocks, LOCKS, withLock } from "../../reactor/store/withLock.ts";
import { PROCESS_NAMES } from "../../reactor/timers/processes.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

test("one lock's work is done by one at a time; who comes meanwhile does nothing", async () => {
  const meanwhile: (string | null)[] = [];
  const held = await withLock(store.pool, LOCKS.lane, async () => {
    for (let times = 0; times < 3; times += 1) {
      meanwhile.push(await withLock(store.pool, LOCKS.lane, async () => "twice at once"));
    }
    return "done";
  });
  expect([held, meanwhile]).toEqual(["done", [null, null, null]]);
  expect(await withLock(store.pool, LOCKS.lane, async () => "next")).toBe("next");
});

test("different locks do not hold each other up, and what is held can be seen", async () => {
  const seen = await withLock(store.pool, LOCKS.heads, () =>
    withLock(store.pool, LOCKS.bankReading, () => heldLocks(store.db, Object.values(LOCKS))),
  );
  expect(seen).toEqual(new Set([LOCKS.heads, LOCKS.bankReading]));
  expect(await heldLocks(store.db, Object.values(LOCKS))).toEqual(new Set());
});

test("work that throws frees its lock", async () => {
  const failing = withLock(store.pool, LOCKS.heads, () => Promise.reject(new Error("the node is away")));
  await expect(failing).rejects.toThrow("the node is away");
  expect(await withLock(store.pool, LOCKS.heads, async () => "free")).toBe("free");
});

test("no two locks have one number, the five processes' with them: who seals must not find the process sync at it", () => {
  const { process: _first, ...others } = LOCKS;
  const numbers = [...Object.values(others), ...PROCESS_NAMES.map((name) => processLock(name, FIRST_ACCOUNT))];
  expect(new Set(numbers).size).toBe(numbers.length);
});
