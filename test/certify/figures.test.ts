import { expect, test } from "vitest";
import { countDifferences } from "../../bin/audit/countDifferences.ts";
import type { SystemResult } from "../../bin/certify/certifySystem.ts";
import { figuresOf, percentile } from "../../bin/certify/figures.ts";

const cell = { action: "withdraw", point: "after_intent", outcome: "ok" } as const;

/** A certificate is worth as much as what makes it fail: each kind of harm must show in its own figure. */
const system = (harm: Partial<SystemResult>): SystemResult => ({
  cells: [{ cell, failures: [], resumedAfterMs: 2_400 }],
  takeovers: [],
  detections: [],
  failures: [],
  disagreements: [],
  unexplained: 0,
  ...harm,
});

test("a second payout is a duplicate, and a missing one is lost", () => {
  const twice = countDifferences("SPEI payouts", [{ id: 7, sign: "a" }], ["a", "a"]);
  const never = countDifferences("SPEI payouts", [{ id: 8, sign: "b" }], []);
  expect(figuresOf([system({ disagreements: twice }), system({ disagreements: never })])).toMatchObject({
    cells: 2,
    duplicates: 1,
    lost: 1,
  });
  expect(twice[0]).toMatchObject({ payments: [7], found: "2 × a", wanted: "1 × a" });
});

test("what was found outside and belongs to no payment is a duplicate of nobody's, and blames none", () => {
  expect(countDifferences("escrows", [], ["escrow 9"])).toMatchObject([{ payments: [], surplus: 1 }]);
});

test("two payments of one sign want two, and agree with two", () => {
  const wanted = [
    { id: 1, sign: "800.00" },
    { id: 2, sign: "800.00" },
  ];
  expect(countDifferences("withdrawals", wanted, ["800.00", "800.00"])).toEqual([]);
  expect(countDifferences("withdrawals", wanted, ["800.00"])).toMatchObject([{ payments: [1, 2], surplus: -1 }]);
});

test("a cell with a failure has not passed", () => {
  const failed = system({ cells: [{ cell, failures: ["payment 3 is processing"], resumedAfterMs: null }] });
  expect(figuresOf([failed, system({})])).toMatchObject({ cells: 2, passed: 1 });
});

test("a percentile is one of the values, the greatest of few", () => {
  expect(percentile([30, 10, 20], 50)).toBe(20);
  expect(percentile([30, 10, 20], 99)).toBe(30);
  expect(percentile([], 50)).toBeNull();
});
