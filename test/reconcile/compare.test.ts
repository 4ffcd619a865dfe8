import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../reactor/reconcile/compare.ts";
import { judgeBalances } from "../../reactor/reconcile/judgeBalances.ts";
import { NOTHING } from "../../reactor/reconcile/sumWitnesses.ts";
import { damages } from "./damages.ts";
import { endOf, liveWorld } from "./simulatedBooks.ts";

const SLOW_MS = 300_000;

const wrong = (books: Parameters<typeof compare>[0]) => compare(books).filter(({ isUnderWay }) => !isUnderWay);
const quiet = endOf(await liveWorld(1, 20, 0));

test("what bank and chain show of undamaged histories is what the books say, whatever went wrong on their way", {
  timeout: SLOW_MS,
}, async () => {
  const seeds = fc.record({ seed: fc.integer({ min: 1, max: 100_000 }), faults: fc.constantFrom(0.02, 0.05, 0.1) });
  let movements = 0;
  await fc.assert(
    fc.asyncProperty(seeds, async ({ seed, faults }) => {
      const { books, sums, balances } = endOf(await liveWorld(seed, 15, faults));
      expect(wrong(books)).toEqual([]);
      expect(judgeBalances({ sums, balances, explained: NOTHING, movingAtBank: 0n })).toEqual([]);
      movements += books.entries.length;
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(movements).toBeGreaterThan(300);
});

describe.each(damages)("$name", ({ called, to }) => {
  test(`is found, and called ${called}, whomever it befalls; nothing else is`, () => {
    expect(wrong(quiet.books)).toEqual([]);
    fc.assert(
      fc.property(fc.nat(200), (nth) => {
        const found = wrong(quiet.renamed(to(quiet.books, nth)));
        expect(found.map(({ kind }) => kind)).toEqual([called]);
        expect(Object.values(found[0]?.sides ?? {}).length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});

test("a balance that is not the sum of its movements is found, until a person has explained it; what is moving at the bank is not", () => {
  const { sums } = quiet;
  const at = (more: Partial<Parameters<typeof judgeBalances>[0]>) =>
    judgeBalances({ sums, balances: sums, explained: NOTHING, movingAtBank: 0n, ...more });
  expect(at({})).toEqual([]);
  const balances = { ...sums, bridge: sums.bridge + 1n, juno: sums.juno - 500n };
  expect(at({ balances }).map(({ outsideId, amountBaseUnits }) => [outsideId, amountBaseUnits])).toEqual([
    ["juno 0", -500n],
    ["bridge 0", 1n],
  ]);
  expect(at({ balances, movingAtBank: 500n }).map(({ outsideId }) => outsideId)).toEqual(["bridge 0"]);
  expect(at({ balances, explained: { ...NOTHING, juno: -500n, bridge: 1n } })).toEqual([]);
});
