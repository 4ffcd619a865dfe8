import { afterAll, describe, expect, test } from "vitest";
import { freePort } from "../../bin/stack/freePort.ts";
import { type BankAccess, bankAccess } from "../../reactor/store/bankAccess.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { isKilled, liftKillSwitch, pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { OutgoingStopped } from "../../reactor/store/OutgoingStopped.ts";
import { FACTS_CONTEXT } from "./chainView.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

const CALLS_A_MINUTE = 60;
/** A caller who does not wait: without a place at the first try there is none. */
const dontWait = async () => {
  throw new Error("no place");
};
const accessOf = (apiKey: string, sleep: (ms: number) => Promise<void> = dontWait) =>
  bankAccess(db, apiKey, FACTS_CONTEXT, CALLS_A_MINUTE, sleep);

/** As if so many seconds had passed since the last call. */
const pass = (apiKey: string, seconds: number) =>
  store.pool.query(
    `update kustodia.bank_access set refilled_at = refilled_at - make_interval(secs => $2),
      locked_until = locked_until - make_interval(secs => $2) where api_key = $1`,
    [apiKey, seconds],
  );

/** Takes places until there is none. @returns how many there were, less those that the time it took can have added. */
async function takeAll(lane: "money" | "read", ...accesses: readonly BankAccess[]): Promise<number> {
  const startedAtMs = Date.now();
  let taken = 0;
  const hasPlace = (access: BankAccess) =>
    access.takePlace(lane).then(
      () => true,
      () => false,
    );
  const takeUntilNone = async (access: BankAccess) => {
    while (await hasPlace(access)) taken += 1;
  };
  await Promise.all(accesses.map(takeUntilNone));
  const added = Math.ceil(((Date.now() - startedAtMs) / 60_000) * CALLS_A_MINUTE);
  return Math.max(taken - added, 0);
}

describe("the nonce", () => {
  test("strictly increases over reactors that ask at once, and is never ahead of a first use's clock", async () => {
    const [one, other] = [accessOf("nonce"), accessOf("nonce")];
    const nonces = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).nextNonce()));
    expect(new Set(nonces).size).toBe(100);
    const [last = 0n] = [...nonces].sort((a, b) => Number(b - a));
    for (let asked = 0, before = last; asked < 20; asked += 1) {
      const next = await (asked % 2 ? one : other).nextNonce();
      expect(next).toBeGreaterThan(before);
      before = next;
    }
    expect(Math.abs(Number(await accessOf("another key").nextNonce()) - Date.now())).toBeLessThan(5_000);
  });

  test("increases though the database's clock was set back", async () => {
    const access = accessOf("back");
    await access.nextNonce();
    const ahead = 9_999_999_999_999n;
    await store.pool.query("update kustodia.bank_access set last_nonce = $1 where api_key = 'back'", [
      ahead.toString(),
    ]);
    expect(await access.nextNonce()).toBe(ahead + 1n);
  });

  test("is drawn with a call's place, for that call alone, and still increases over reactors", async () => {
    const [one, other] = [accessOf("with place"), accessOf("with place")];
    const drawn = async () => {
      const { rows } = await store.pool.query(
        "select last_nonce from kustodia.bank_access where api_key = 'with place'",
      );
      return BigInt(rows[0].last_nonce);
    };
    const nonces: bigint[] = [];
    for (let calls = 0; calls < 5; calls += 1) {
      await one.takePlace("read");
      const withPlace = await drawn();
      const others = await other.nextNonce();
      expect(await one.nextNonce()).toBe(withPlace);
      nonces.push(withPlace, others, await one.nextNonce());
    }
    expect(nonces.every((nonce, nth) => nth === 0 || nonce > (nonces[nth - 1] ?? 0n))).toBe(true);
  });
});

describe("the budget", () => {
  test("keeps its last quarter for calls that move money", async () => {
    const access = accessOf("budget");
    const reads = await takeAll("read", access);
    expect(reads).toBeLessThanOrEqual(45);
    expect(reads).toBeGreaterThan(40);
    const money = await takeAll("money", access);
    expect(money).toBeLessThanOrEqual(15);
    expect(money).toBeGreaterThan(10);
  });

  test("fills with time, and never above one minute's calls", async () => {
    const access = accessOf("filling");
    await takeAll("money", access);
    await pass("filling", 10);
    const afterTenSeconds = await takeAll("money", access);
    expect(afterTenSeconds).toBeLessThanOrEqual(11);
    expect(afterTenSeconds).toBeGreaterThan(7);
    await pass("filling", 3_600);
    expect(await takeAll("money", access)).toBeLessThanOrEqual(CALLS_A_MINUTE);
  });

  test("goes on filling when the clock is set back an hour, from what it held", async () => {
    const access = accessOf("set back");
    await takeAll("money", access);
    await pass("set back", -3_600);
    expect(await takeAll("money", access)).toBe(0);
    await pass("set back", 10);
    const afterTenSeconds = await takeAll("money", access);
    expect(afterTenSeconds).toBeGreaterThan(7);
    expect(afterTenSeconds).toBeLessThanOrEqual(11);
  });

  test("is one for all reactors", async () => {
    expect(await takeAll("read", accessOf("shared"), accessOf("shared"), accessOf("shared"))).toBeLessThanOrEqual(45);
  });

  test("waits in short sleeps, for a minute at most", async () => {
    const slept: number[] = [];
    const access = accessOf("patience", async (ms) => void slept.push(ms));
    await access.onThrottled(120_000);
    await expect(access.takePlace("money")).rejects.toThrow(/límite de llamadas a Juno/);
    expect(slept.reduce((sum, ms) => sum + ms)).toBe(60_000);
  });

  test("gives a place as soon as there is one", async () => {
    const access = accessOf("waiting", async () => void (await pass("waiting", 1)));
    await access.onThrottled(3_000);
    await access.takePlace("read");
  });
});

describe("a lockout", () => {
  test.each(["money", "read"] as const)("stops the %s lane too, for as long as the bank said", async (lane) => {
    const apiKey = `locked ${lane}`;
    const access = accessOf(apiKey);
    await access.onThrottled(10_000);
    await expect(access.takePlace(lane)).rejects.toThrow();
    await pass(apiKey, 9);
    await expect(access.takePlace(lane)).rejects.toThrow();
    await pass(apiKey, 2);
    await access.takePlace(lane);
  });

  test("is not cut short by a shorter one that another call was told", async () => {
    const access = accessOf("twice");
    await access.onThrottled(60_000);
    await access.onThrottled(1_000);
    await pass("twice", 2);
    await expect(access.takePlace("money")).rejects.toThrow();
  });
});

describe("the kill switch", () => {
  test("stops a call that moves money where it gets its place, however long it waited, and lets readings through", async () => {
    const access = accessOf("killed", async () => {
      await pass("killed", 60);
      await pullKillSwitch(db, "drill", "test");
    });
    await access.onThrottled(50_000);
    await expect(access.takePlace("money")).rejects.toThrow(OutgoingStopped);
    await access.takePlace("read");
    await liftKillSwitch(db, { reason: "over", persons: ["Ana", "Beto"], upTo: null });
    await access.takePlace("money");
  });

  test("stops it too when it cannot be asked: no Postgres, no money", async () => {
    const gone = openDatabase(`postgresql://nobody@127.0.0.1:${await freePort()}/none`, 1, () => undefined);
    const access = bankAccess(gone.db, "gone", FACTS_CONTEXT, CALLS_A_MINUTE, dontWait);
    await expect(access.takePlace("money")).rejects.toThrow();
    await expect(isKilled(gone.db, FACTS_CONTEXT)).rejects.toThrow();
    await gone.close();
  });
});
