import fc from "fast-check";
import { expect, test } from "vitest";
import { type Movement, overdrawn } from "../../tripwire/overdrawn.ts";

const DAY = 100;
const movement = (id: string, way: Movement["way"], at: number, amountBaseUnits = 1_500n): Movement => ({
  id,
  way,
  at,
  amountBaseUnits,
});
const idsOf = (movements: readonly Movement[], sureFrom = 0) => overdrawn(movements, sureFrom).map(({ id }) => id);

test("what came in may go out once, and the exit too many is the one that is found", () => {
  expect(idsOf([movement("in", "in", 1), movement("out", "out", 2)])).toEqual([]);
  expect(idsOf([movement("in", "in", 1), movement("out", "out", 2), movement("again", "out", 3)])).toEqual(["again"]);
});

test("another amount pays for nothing", () => {
  expect(idsOf([movement("in", "in", 1, 1_501n), movement("out", "out", 2, 1_500n)])).toEqual(["out"]);
});

test("money that comes later does not explain what left before", () => {
  expect(idsOf([movement("out", "out", 1), movement("in", "in", 2)])).toEqual(["out"]);
});

test("at one moment what comes in is first", () => {
  expect(idsOf([movement("out", "out", 1), movement("in", "in", 1)])).toEqual([]);
});

test("an exit whose entrance may be older than the reading is no finding, and uses up no later entrance", () => {
  const early = [movement("early", "out", DAY - 1), movement("in", "in", DAY), movement("out", "out", DAY + 1)];
  expect(idsOf(early, DAY)).toEqual([]);
  expect(idsOf([...early, movement("again", "out", DAY + 2)], DAY)).toEqual(["again"]);
});

test("whatever the payments, in whatever order they come, none of them is a finding; one doubled debit is, in the end", () => {
  const payment = fc.record({
    amountBaseUnits: fc.constantFrom(100n, 200n),
    times: fc.tuple(fc.nat(DAY), fc.nat(DAY), fc.nat(DAY), fc.nat(DAY)).map((four) => four.toSorted((a, b) => a - b)),
  });
  fc.assert(
    fc.property(fc.array(payment, { minLength: 1, maxLength: 12 }), fc.nat(), (payments, which) => {
      const day = payments.flatMap(
        ({ amountBaseUnits, times: [issued = 0, withdrawn = 0, credited = 0, paid = 0] }, n) => [
          movement(`issuance ${n}`, "in", issued, amountBaseUnits),
          movement(`withdrawal ${n}`, "out", withdrawn, amountBaseUnits),
          movement(`credit ${n}`, "in", credited, amountBaseUnits),
          movement(`redemption ${n}`, "out", paid, amountBaseUnits),
        ],
      );
      expect(overdrawn(day, 0)).toEqual([]);
      const doubled = day.filter(({ way }) => way === "out")[which % (2 * payments.length)];
      // Found at the latest when no other payment of that amount is on its way.
      if (doubled) expect(overdrawn([...day, { ...doubled, id: "twice" }], 0)).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

const split = (wholeBaseUnits: bigint, ...partsBaseUnits: readonly bigint[]) => ({ wholeBaseUnits, partsBaseUnits });

test("what was agreed to go out in parts does so once, and only once its whole has come in", () => {
  const agreed = [split(500n, 300n, 200n)];
  const parts = [movement("held", "out", 2, 300n), movement("at once", "out", 3, 200n)];
  expect(overdrawn([movement("in", "in", 1, 500n), ...parts], 0, agreed)).toEqual([]);
  expect(overdrawn(parts, 0, agreed)).toHaveLength(2);
  const twice = [movement("in", "in", 1, 500n), ...parts, movement("again", "out", 4, 200n)];
  expect(overdrawn(twice, 0, agreed).map(({ id }) => id)).toEqual(["again"]);
  const others = [...twice, movement("others' money", "in", 1, 900n)];
  expect(overdrawn(others, 0, agreed).map(({ id }) => id)).toEqual(["again"]);
});

test("a whole that was another payment's is given back to it, when the part can be of the right one", () => {
  const agreed = [split(500n, 300n, 200n), split(700n, 300n, 400n)];
  const day = [
    movement("unsplit", "in", 1, 500n),
    movement("split", "in", 1, 700n),
    movement("a part of the split one", "out", 2, 300n),
    movement("the unsplit one whole", "out", 3, 500n),
    movement("the other part", "out", 4, 400n),
  ];
  expect(overdrawn(day, 0, agreed)).toEqual([]);
});

test("whatever the payments, split or whole, none of them is a finding; one doubled debit is, in the end", () => {
  const payment = fc.record({
    parts: fc.array(fc.constantFrom(100n, 200n, 300n), { minLength: 1, maxLength: 3 }),
    at: fc.nat(DAY),
    pauses: fc.array(fc.nat(DAY), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(payment, { minLength: 1, maxLength: 8 }), fc.nat(), (payments, which) => {
      const agreed = payments.flatMap(({ parts }) => {
        const whole = parts.reduce((sum, part) => sum + part, 0n);
        return parts.length > 1 ? [split(whole, ...parts)] : [];
      });
      const day = payments.flatMap(({ parts, at, pauses }, n) => [
        movement(
          `issuance ${n}`,
          "in",
          at,
          parts.reduce((sum, part) => sum + part, 0n),
        ),
        ...parts.map((part, index) => movement(`part ${n}.${index}`, "out", at + (pauses[index] ?? 0), part)),
      ]);
      expect(overdrawn(day, 0, agreed)).toEqual([]);
      const exits = day.filter(({ way }) => way === "out");
      const doubled = exits[which % exits.length];
      if (doubled) expect(overdrawn([...day, { ...doubled, id: "twice", at: 3 * DAY }], 0, agreed)).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});
