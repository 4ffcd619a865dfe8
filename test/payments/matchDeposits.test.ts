import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { matchDeposits, type Payable, type UnclaimedMoney } from "../../reactor/payments/matchDeposits.ts";
import { MINUTE_MS } from "../../reactor/payments/table.ts";
import { AMOUNT_CENTAVOS, NOW_MS } from "./knownFacts.ts";

const CLABE = "646180110400000007";
const leg = (legId: number, changes: Partial<Payable> = {}): Payable => ({
  legId,
  account: FIRST_ACCOUNT,
  clabe: CLABE,
  amountCentavos: AMOUNT_CENTAVOS,
  createdAtMs: NOW_MS + legId,
  expected: false,
  ...changes,
});
const deposit = (id: string, changes: Partial<UnclaimedMoney> = {}): UnclaimedMoney => ({
  id,
  account: FIRST_ACCOUNT,
  clabe: CLABE,
  amountCentavos: AMOUNT_CENTAVOS,
  createdAtMs: NOW_MS + MINUTE_MS + id.length,
  ...changes,
});

test("money in the list of another bank account pays nothing, though the CLABE were the same", () => {
  expect(matchDeposits([leg(1)], [deposit("a", { account: "norte" })])).toEqual({
    assigned: [],
    held: [],
    unmatched: ["a"],
  });
});

test("one payment, one deposit: it is its own", () => {
  expect(matchDeposits([leg(1)], [deposit("a")])).toEqual({
    assigned: [{ legId: 1, id: "a" }],
    held: [],
    unmatched: [],
  });
});

test.each([
  ["one centavo less", { amountCentavos: AMOUNT_CENTAVOS - 1n }],
  ["one centavo more", { amountCentavos: AMOUNT_CENTAVOS + 1n }],
  ["to another CLABE", { clabe: "646180110400000010" }],
  ["from before the payment", { createdAtMs: NOW_MS - 5 * MINUTE_MS }],
])("a deposit that is %s is nobody's", (_what, change) => {
  expect(matchDeposits([leg(1)], [deposit("a", change)])).toEqual({ assigned: [], held: [], unmatched: ["a"] });
});

test("the bank's clock may be five minutes behind ours", () => {
  const early = deposit("a", { createdAtMs: NOW_MS + 1 - 5 * MINUTE_MS });
  expect(matchDeposits([leg(1)], [early]).assigned).toHaveLength(1);
});

describe("several payments that a deposit could be for", () => {
  test("with fewer deposits nobody guesses", () => {
    expect(matchDeposits([leg(1), leg(2), leg(3)], [deposit("a"), deposit("bb")])).toEqual({
      assigned: [],
      held: [
        { id: "a", legIds: [1, 2, 3], why: "several_payments_match" },
        { id: "bb", legIds: [1, 2, 3], why: "several_payments_match" },
      ],
      unmatched: [],
    });
  });

  test("with as many deposits the oldest payment gets the oldest", () => {
    const { assigned } = matchDeposits([leg(2), leg(1)], [deposit("bb"), deposit("a")]);
    expect(assigned).toEqual([
      { legId: 1, id: "a" },
      { legId: 2, id: "bb" },
    ]);
  });

  test("what is left over is nobody's", () => {
    expect(matchDeposits([leg(1)], [deposit("bb"), deposit("a")])).toMatchObject({
      assigned: [{ legId: 1, id: "a" }],
      unmatched: ["bb"],
    });
  });

  test("a payment that already has the other half of its evidence comes first, and leaves no doubt", () => {
    const { assigned, held } = matchDeposits([leg(1), leg(2, { expected: true })], [deposit("a")]);
    expect(assigned).toEqual([{ legId: 2, id: "a" }]);
    expect(held).toEqual([]);
  });

  test("two that are expected and one deposit: held, for those two only", () => {
    const expected = { expected: true };
    const { assigned, held } = matchDeposits([leg(1), leg(2, expected), leg(3, expected)], [deposit("a")]);
    expect({ assigned, held }).toEqual({
      assigned: [],
      held: [{ id: "a", legIds: [2, 3], why: "several_payments_match" }],
    });
  });
});

const AMOUNTS = [100_00n, 100_01n];
const ACCOUNTS = [FIRST_ACCOUNT, "norte"];
const CLABES = [CLABE, "646180110400000010"];
const drawnLegs = fc
  .array(
    fc.record({
      account: fc.constantFrom(...ACCOUNTS),
      clabe: fc.constantFrom(...CLABES),
      amountCentavos: fc.constantFrom(...AMOUNTS),
      createdAtMs: fc.integer({ min: 0, max: 20 }).map((minutes) => NOW_MS + minutes * MINUTE_MS),
      expected: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((drawn) => drawn.map((one, index): Payable => ({ ...one, legId: index + 1 })));
const drawnMoney = fc
  .array(
    fc.record({
      account: fc.constantFrom(...ACCOUNTS),
      clabe: fc.constantFrom(...CLABES),
      amountCentavos: fc.constantFrom(...AMOUNTS),
      createdAtMs: fc.integer({ min: -10, max: 20 }).map((minutes) => NOW_MS + minutes * MINUTE_MS),
    }),
    { maxLength: 8 },
  )
  .map((drawn) => drawn.map((one, index): UnclaimedMoney => ({ ...one, id: `d${index}` })));

test("every deposit is given, held or left, once; no payment gets two; what is given fits to the centavo", () => {
  fc.assert(
    fc.property(drawnLegs, drawnMoney, (legs, money) => {
      const { assigned, held, unmatched } = matchDeposits(legs, money);
      const told = [...assigned.map((one) => one.id), ...held.map((one) => one.id), ...unmatched];
      expect([...told].sort()).toEqual(money.map((one) => one.id).sort());
      expect(new Set(assigned.map((one) => one.legId)).size).toBe(assigned.length);
      for (const { legId, id } of assigned) {
        const paid = legs.find((one) => one.legId === legId);
        const given = money.find((one) => one.id === id);
        expect(given).toMatchObject({
          account: paid?.account,
          clabe: paid?.clabe,
          amountCentavos: paid?.amountCentavos,
        });
        expect(given?.createdAtMs).toBeGreaterThanOrEqual((paid?.createdAtMs ?? 0) - 5 * MINUTE_MS);
      }
      for (const one of held) expect(one.legIds.length).toBeGreaterThan(1);
    }),
    { numRuns: 1_000 },
  );
});

test("nothing is given to either of two payments that fewer deposits could be for", () => {
  fc.assert(
    fc.property(drawnLegs, drawnMoney, (legs, money) => {
      // All of one kind and one time: then only the numbers decide.
      const waiting = legs.map((one) => ({
        ...one,
        account: FIRST_ACCOUNT,
        clabe: CLABE,
        amountCentavos: 1n,
        createdAtMs: 0,
        expected: false,
      }));
      const there = money.map((one) => ({
        ...one,
        account: FIRST_ACCOUNT,
        clabe: CLABE,
        amountCentavos: 1n,
        createdAtMs: 0,
      }));
      const { assigned } = matchDeposits(waiting, there);
      expect(assigned).toHaveLength(there.length >= waiting.length ? waiting.length : 0);
    }),
  );
});

test("the order in which payments and deposits are listed changes nothing", () => {
  const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
  const listedTwice = fc
    .tuple(drawnLegs, drawnMoney)
    .chain(([legs, money]) => fc.tuple(fc.constant([legs, money] as const), shuffled(legs), shuffled(money)));
  fc.assert(
    fc.property(listedTwice, ([[legs, money], otherLegs, otherMoney]) => {
      expect(sorted(matchDeposits(otherLegs, otherMoney))).toEqual(sorted(matchDeposits(legs, money)));
    }),
    { numRuns: 1_000 },
  );
});

function sorted({ assigned, held, unmatched }: ReturnType<typeof matchDeposits>) {
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
  return {
    assigned: [...assigned].sort(byId),
    held: held.map((one) => ({ id: one.id, legIds: [...one.legIds].sort() })).sort(byId),
    unmatched: [...unmatched].sort(),
  };
}
