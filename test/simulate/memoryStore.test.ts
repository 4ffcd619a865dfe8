import { expect, test } from "vitest";
import { beginLife } from "../../bin/simulate/life.ts";
import type { LegRow } from "../../bin/simulate/memoryStore/books.ts";
import { differenceOf } from "../../bin/simulate/postgres/differenceOf.ts";
import { createWorld } from "../../bin/simulate/world.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";

// Found by `npm run simulate -- --payments 100 --seed 1 --postgres`: the books answered otherwise than Postgres.

const crowd = { betweenPaymentsMs: 2_400, amounts: 24, batch: 20 };

test("a dead reactor's legs do not go before those that were due earlier", async () => {
  const { books, openStore, clock, fleet } = createWorld({
    first: 1,
    payments: 1,
    seed: 1,
    faults: 0,
    only: null,
    crowd,
  });
  const nowMs = clock.nowMs();
  const row: LegRow = {
    ...{
      id: 0,
      paymentId: 1,
      lane: FIRST_LANE,
      kind: "deposit",
      state: "awaiting",
      reviewFrom: null,
      version: 0,
      generation: 0,
    },
    ...{
      amountCentavos: 100_00n,
      source: null,
      payee: null,
      carried: {},
      enteredAtMs: nowMs,
      deadlineAtMs: null,
      reason: null,
      dueAtMs: nowMs,
    },
    ...{ wokenAtMs: null, leaseHolder: null, leaseUntilMs: null, failures: 0 },
  };
  const nobody = 99;
  for (let id = 1; id <= 5; id++) {
    books.legs.put(id, { ...row, id, leaseHolder: nobody, leaseUntilMs: nowMs + 30_000 });
  }
  for (const id of [6, 7]) books.legs.put(id, { ...row, id, dueAtMs: nowMs - 1 });
  const life = beginLife(clock.sleep, () => undefined);
  const [store, holder] = [openStore(life), fleet.enlist(life)];
  const claim = async () => (await store.claimLegs(holder, 3)).legs.map(({ id }) => id);
  expect(await claim()).toEqual([6, 7, 1]);
  expect(await claim()).toEqual([2, 3, 4]);
});

test.each<[string, unknown, unknown, string | null]>([
  ["the same rows in another order", { legs: [{ id: 1 }, { id: 2n }] }, { legs: [{ id: 2n }, { id: 1 }] }, null],
  ["what is undefined and what is not there", { id: 1, why: undefined }, { id: 1 }, null],
  [
    "another number deep within",
    { answer: new Map([[7, { bank: [{ id: "a" }] }]]) },
    { answer: new Map([[7, { bank: [{ id: "b" }] }]]) },
    ".answer.7.bank.0.id",
  ],
  ["one row more", { answer: [] }, { answer: [{ id: 1 }] }, ".answer.0"],
  ["nothing and no such thing", { answer: null }, {}, ".answer"],
  ["a number and a bigint", { answer: 1 }, { answer: 1n }, ".answer"],
  ["an answer and an error", { answer: undefined }, { thrown: new Error("no") }, ".thrown"],
])("two stores' answers are held to each other: %s", (_, ours, theirs, at) => {
  expect(differenceOf(ours, theirs)?.at ?? null).toBe(at);
});
