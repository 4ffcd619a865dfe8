import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Debit, isLike, type OpenOrder, unexplainedDebits } from "../../reactor/payments/unexplainedDebits.ts";
import { AMOUNT_BASE_UNITS, NOW_MS } from "./knownFacts.ts";

const TOLERANCE_MS = 5 * 60_000;
const order = (changes: Partial<OpenOrder> = {}): OpenOrder => ({
  action: "redeem",
  amountBaseUnits: AMOUNT_BASE_UNITS,
  destination: "account-1",
  intendedAtMs: NOW_MS,
  ...changes,
});
const debit = (id: string, changes: Partial<Debit> = {}): Debit => ({
  id,
  action: "redeem",
  amountBaseUnits: AMOUNT_BASE_UNITS,
  destination: "account-1",
  createdAtMs: NOW_MS + 1_000,
  ...changes,
});
const leftOver = (debits: readonly Debit[], orders: readonly OpenOrder[]) =>
  unexplainedDebits(debits, orders).map(({ id }) => id);

describe("an open order explains a debit", () => {
  test("of its own action, amount and destination, made since it was intended; also one whose destination is not told", () => {
    expect(leftOver([debit("same")], [order()])).toEqual([]);
    expect(leftOver([debit("untold", { destination: null })], [order()])).toEqual([]);
    expect(leftOver([debit("slow clock", { createdAtMs: NOW_MS - TOLERANCE_MS })], [order()])).toEqual([]);
  });

  test.each([
    ["another action", { action: "withdraw" }],
    ["one base unit less", { amountBaseUnits: AMOUNT_BASE_UNITS - 1n }],
    ["another account", { destination: "account-2" }],
    ["made before it was intended", { createdAtMs: NOW_MS - TOLERANCE_MS - 1 }],
  ] as const)("but not one of %s", (_what, change) => {
    expect(leftOver([debit("other", change)], [order()])).toEqual(["other"]);
  });

  test("and only one: of two like it the later is left over", () => {
    expect(leftOver([debit("second", { createdAtMs: NOW_MS + 2_000 }), debit("first")], [order()])).toEqual(["second"]);
    expect(leftOver([debit("a"), debit("b")], [order(), order()])).toEqual([]);
  });
});

test("whoever has a choice leaves the other its only one", () => {
  const early = order({ intendedAtMs: NOW_MS - 3_600_000 });
  const old = debit("old", { createdAtMs: NOW_MS - 3_000_000 });
  for (const debits of [
    [debit("new"), old],
    [old, debit("new")],
  ]) {
    for (const orders of [
      [order(), early],
      [early, order()],
    ])
      expect(leftOver(debits, orders)).toEqual([]);
  }
  const anywhere = debit("anywhere", { destination: null, createdAtMs: NOW_MS });
  expect(leftOver([anywhere, debit("named")], [order({ destination: "account-2" }), order()])).toEqual([]);
});

test("of any debits and orders as many are explained as can be, each by an order of its own, whatever their sequence", () => {
  const moment = fc.constantFrom(0, 1, 2, 3).map((hours) => NOW_MS + hours * 3_600_000);
  const action = fc.constantFrom("withdraw" as const, "redeem" as const);
  const amountBaseUnits = fc.constantFrom(1n, 2n);
  const destination = fc.constantFrom("here", "there");
  const orders = fc.array(fc.record({ action, amountBaseUnits, destination, intendedAtMs: moment }), { maxLength: 5 });
  const debits = fc
    .array(fc.record({ action, amountBaseUnits, destination: fc.option(destination), createdAtMs: moment }), {
      maxLength: 5,
    })
    .map((some) => some.map((one, index) => ({ ...one, id: `d-${index}` })));
  fc.assert(
    fc.property(debits, orders, (listed, open) => {
      const left = unexplainedDebits(listed, open);
      expect(listed.length - left.length).toBe(mostExplained(listed, open));
      expect(unexplainedDebits(listed.toReversed(), open.toReversed())).toHaveLength(left.length);
      for (const one of left) expect(listed).toContain(one);
    }),
    { numRuns: 1_000 },
  );
});

/** By trying every order for every debit. */
function mostExplained([first, ...rest]: readonly Debit[], orders: readonly OpenOrder[]): number {
  if (first === undefined) return 0;
  const taking = orders.flatMap((one, index) =>
    isLike(first, one) ? [1 + mostExplained(rest, orders.toSpliced(index, 1))] : [],
  );
  return Math.max(mostExplained(rest, orders), ...taking);
}
