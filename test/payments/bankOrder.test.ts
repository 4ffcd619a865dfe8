import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOrder } from "../../reactor/payments/bankOrder.ts";
import type { Attempt, Facts } from "../../reactor/payments/facts.ts";
import {
  ASK_BANK_EVERY_MS,
  accepted,
  attempt,
  bankRow,
  facts,
  KEY_LIFETIME_MS,
  NOW_MS,
  refused,
} from "./knownFacts.ts";

const reading = (attempts: readonly Attempt[], more: Partial<Facts> = {}) =>
  readOrder("redeem", facts({ attempts, ...more }));
const unknown = (changes: Partial<Attempt> = {}) =>
  attempt("redeem", { outcome: "unknown", closedAtMs: NOW_MS - 9_000, ...changes });
const lookedSince = { bankReadSinceMs: NOW_MS - 1 };
const asksBank = { kind: "wait", reason: "unknown_outcome", asksBank: true };

test("an order that was never sent is sent", () => {
  expect(reading([])).toEqual({ kind: "send" });
  expect(reading([accepted("withdraw", "w-1"), refused("registerAccount", "never", "no")])).toEqual({ kind: "send" });
});

test.each([
  ["killed", { killed: true, staleFacts: false, bankUnread: false }],
  ["killed", { killed: true, staleFacts: true, bankUnread: true }],
  ["stale_facts", { killed: false, staleFacts: true, bankUnread: true }],
])("is not sent while %s, neither the first time nor again", (reason, guards) => {
  const waits = { kind: "wait", untilMs: NOW_MS + 1_000, reason };
  expect(reading([], { guards })).toEqual(waits);
  expect(reading([refused("redeem", "not_now", "limit")], { guards })).toEqual(waits);
  expect(reading([unknown()], { guards, ...lookedSince })).toEqual(waits);
});

test("is not sent before this reactor has read the bank, neither the first time nor again, and asks for it", () => {
  const guards = { ...facts().guards, bankUnread: true };
  const waits = { kind: "wait", untilMs: NOW_MS + 1_000, reason: "bank_unread", asksBank: true };
  expect(reading([], { guards })).toEqual(waits);
  expect(reading([refused("redeem", "not_now", "limit")], { guards })).toEqual(waits);
  expect(reading([unknown()], { guards, ...lookedSince })).toEqual(waits);
});

describe("while the bank lists a debit like it that no order of ours explains", () => {
  const stray = { strayDebitId: "r-lost" };

  test("an order that was never sent is not sent now either: a person is told which debit", () => {
    expect(reading([], stray)).toEqual({ kind: "perhaps_done", reason: expect.stringContaining("r-lost") });
  });

  test("an order that was sent goes its way: its own debit is told by its own evidence", () => {
    expect(reading([unknown()], { ...stray, ...lookedSince })).toEqual(reading([unknown()], lookedSince));
    expect(reading([accepted("redeem", "r-1")], stray)).toEqual({ kind: "accepted", outsideId: "r-1" });
  });
});

test("an acceptance stands, whatever came before or after it", () => {
  const yes = accepted("redeem", "r-1");
  for (const attempts of [[yes], [unknown(), yes], [yes, unknown()], [yes, refused("redeem", "never", "no")]]) {
    expect(reading(attempts)).toEqual({ kind: "accepted", outsideId: "r-1" });
  }
});

describe("a no that means never", () => {
  const no = refused("redeem", "never", "invalid");

  test("is definite when it answers the sole attempt", () => {
    expect(reading([no])).toEqual({ kind: "refused", reason: "invalid" });
  });

  test.each([
    ["an unclear answer", unknown()],
    ["an answer that was never stored", attempt("redeem")],
  ])("is an unknown after %s: looked up, and never sent again", (_what, before) => {
    expect(reading([before, no])).toMatchObject(asksBank);
    expect(reading([before, no], lookedSince)).toMatchObject(asksBank);
  });

  test("is not taken as definite after a «not now» under the same key either", () => {
    expect(reading([refused("redeem", "not_now", "limit"), no], lookedSince)).toMatchObject(asksBank);
  });

  test("after an unknown gives way to what the bank's list shows", () => {
    const found = { ...lookedSince, candidates: [bankRow("REDEMPTION", "r-9")] };
    expect(reading([unknown(), { ...no, id: 12 }], found)).toEqual({ kind: "settle", attemptId: 12, outsideId: "r-9" });
  });
});

describe("a no that means not now", () => {
  const closedAtMs = NOW_MS - 9_000;
  const nos = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...refused("redeem", "not_now", "limit"),
      id: index,
      number: index + 1,
      closedAtMs,
    }));

  test.each([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 16_000],
    [5, 32_000],
    [6, 60_000],
    [40, 60_000],
  ])("after %i of them the order pauses %i ms, then leaves again", (count, pauseMs) => {
    const nowMs = closedAtMs + pauseMs;
    expect(reading(nos(count), { nowMs })).toEqual({ kind: "send" });
    expect(reading(nos(count), { nowMs: nowMs - 1 })).toEqual({ kind: "wait", untilMs: nowMs, reason: "bank_limit" });
  });

  test.each([
    ["insufficient", "insufficient"],
    ["limit", "bank_limit"],
    ["throttled", "throttled"],
    ["authentication", "authentication"],
    ["a word we do not know", "unknown_outcome"],
  ])("says why it waits: %s", (reason, shown) => {
    const no = { ...refused("redeem", "not_now", reason), closedAtMs: NOW_MS };
    expect(reading([no])).toMatchObject({ kind: "wait", reason: shown });
  });
});

describe("an unknown outcome", () => {
  test.each([
    ["no reading yet", null],
    ["a reading that began before the answer", NOW_MS - 9_001],
    ["a reading that began with it", NOW_MS - 9_000],
  ])("with %s asks the bank and nothing else", (_what, bankReadSinceMs) => {
    const candidates = [bankRow("REDEMPTION", "r-1")];
    expect(reading([unknown()], { bankReadSinceMs, candidates })).toEqual({
      ...asksBank,
      untilMs: NOW_MS + ASK_BANK_EVERY_MS,
    });
  });

  test("without a stored answer counts from its sending", () => {
    const crashed = [attempt("redeem", { sentAtMs: NOW_MS - 10_000 })];
    expect(reading(crashed, { bankReadSinceMs: NOW_MS - 10_000 })).toMatchObject(asksBank);
    expect(reading(crashed, { bankReadSinceMs: NOW_MS - 9_999 })).toEqual({ kind: "send" });
  });

  test("is settled by the one fitting transaction of the list, the oldest first", () => {
    const candidates = [bankRow("REDEMPTION", "r-1"), bankRow("REDEMPTION", "r-2")];
    expect(reading([unknown()], { ...lookedSince, candidates })).toEqual({
      kind: "settle",
      attemptId: 11,
      outsideId: "r-1",
    });
  });

  test.each([
    [1, 0, true],
    [1, 1, false],
    [2, 1, true],
    [2, 2, false],
    [3, 2, true],
    [3, 3, false],
  ])("with %i fitting transactions and %i rivals for them: settled is %s", (count, rivals, settled) => {
    const candidates = Array.from({ length: count }, (_, index) => bankRow("REDEMPTION", `r-${index}`));
    expect(reading([unknown()], { ...lookedSince, candidates, rivals }).kind === "settle").toBe(settled);
  });

  test("and settled beside its rivals takes another transaction than each of them", () => {
    const candidates = [bankRow("REDEMPTION", "r-1"), bankRow("REDEMPTION", "r-2"), bankRow("REDEMPTION", "r-3")];
    const settled = [0, 1, 2].map((turn) => reading([unknown()], { ...lookedSince, candidates, rivals: 2, turn }));
    expect(settled).toMatchObject([{ outsideId: "r-1" }, { outsideId: "r-2" }, { outsideId: "r-3" }]);
  });

  test("that the list lacks is sent again under the same key, while the key lives", () => {
    const sentAtMs = NOW_MS - KEY_LIFETIME_MS + 1;
    expect(reading([unknown({ sentAtMs })], lookedSince)).toEqual({ kind: "send" });
  });

  test("past the key's lifetime, counted from its first use, is never sent again", () => {
    const first = unknown({ sentAtMs: NOW_MS - KEY_LIFETIME_MS });
    expect(reading([first], lookedSince)).toMatchObject(asksBank);
    expect(reading([first, unknown({ number: 2 })], lookedSince)).toMatchObject(asksBank);
  });
});

/** Orders as they may have gone, oldest first. */
const history = fc
  .array(
    fc.record({
      outcome: fc.constantFrom("pending", "refused", "unknown"),
      when: fc.constantFrom("never", "not_now"),
      ageMs: fc.integer({ min: 1, max: 2 * KEY_LIFETIME_MS }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn) =>
    [...drawn]
      .sort((a, b) => b.ageMs - a.ageMs)
      .map(({ outcome, when, ageMs }, index): Attempt => {
        const closedAtMs = outcome === "pending" ? null : NOW_MS - ageMs + 1;
        const refusal = outcome === "refused" ? { when, reason: "limit" } : {};
        return attempt("redeem", {
          id: index,
          number: index + 1,
          outcome,
          sentAtMs: NOW_MS - ageMs,
          closedAtMs,
          ...refusal,
        });
      }),
  );

test("whatever was answered, an order leaves again only if no answer may hide an acceptance that nobody looked for", () => {
  fc.assert(
    fc.property(history, fc.option(fc.integer({ min: NOW_MS - KEY_LIFETIME_MS, max: NOW_MS })), (attempts, looked) => {
      const { kind } = reading(attempts, { bankReadSinceMs: looked });
      if (kind === "refused") expect(attempts).toMatchObject([{ outcome: "refused", when: "never" }]);
      if (kind !== "send") return;
      if (attempts.every((one) => one.when === "not_now")) return;
      const last = attempts.at(-1);
      expect(looked).toBeGreaterThan(last?.closedAtMs ?? last?.sentAtMs ?? 0);
      expect(NOW_MS - (attempts[0]?.sentAtMs ?? 0)).toBeLessThan(KEY_LIFETIME_MS);
      expect(last?.when).not.toBe("never");
    }),
    { numRuns: 2_000 },
  );
});
