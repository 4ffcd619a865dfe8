import { sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import type { Queryable } from "../../reactor/store/database.ts";
import { alone, gatherOn } from "../../reactor/store/gather.ts";
import { freshStore } from "./freshStore.ts";

const { db, close } = await freshStore();
afterAll(close);

/** Adds one to each number, in one statement; remembers which numbers came together. */
function addingOne() {
  const statements: (readonly number[])[] = [];
  const addOne = async (tx: Queryable, calls: readonly (readonly [given: number])[]): Promise<readonly number[]> => {
    const given = calls.map(([one]) => one);
    statements.push(given);
    const { rows } = await tx.execute<{ sum: number }>(
      sql`select given + 1 as sum from unnest(${sql.param(given)}::int[]) with ordinality as numbers(given, nth) order by nth`,
    );
    return rows.map(({ sum }) => sum);
  };
  return { statements, addOne };
}

const failing = async (tx: Queryable) => {
  await tx.execute(sql`select 1 / 0`);
  return [];
};

test("what is asked at one moment is one statement, and each caller has its own answer", async () => {
  const { statements, addOne } = addingOne();
  const sums = await db.transaction((tx) => {
    const add = gatherOn(tx).together(addOne);
    return Promise.all([add(5), add(1), add(9)]);
  });
  expect(sums).toEqual([6, 2, 10]);
  expect(statements).toEqual([[5, 1, 9]]);
});

test("callers that ask one thing after the other go on side by side, each in its own order", async () => {
  const { statements, addOne } = addingOne();
  await db.transaction((tx) => {
    const add = gatherOn(tx).together(addOne);
    return Promise.all([1, 10, 20].map(async (from) => add(await add(from))));
  });
  expect(statements).toEqual([
    [1, 10, 20],
    [2, 11, 21],
  ]);
});

test("different things asked at one moment are begun and answered in the order of asking, and none waits for the one before", async () => {
  const done: string[] = [];
  const doing =
    (what: string) =>
    async (tx: Queryable): Promise<readonly undefined[]> => {
      done.push(`${what} begins`);
      await tx.execute(sql`select 1`);
      done.push(`${what} ends`);
      return [];
    };
  await db.transaction((tx) => {
    const { together, inTurn } = gatherOn(tx);
    return Promise.all([together(doing("first"))(), inTurn(doing("second"))(), together(doing("third"))()]);
  });
  const things = ["first", "second", "third"];
  expect(done).toEqual([...things.map((what) => `${what} begins`), ...things.map((what) => `${what} ends`)]);
});

test("what may be done for many is done for one by itself", async () => {
  const { statements, addOne } = addingOne();
  expect(await alone(addOne)(db, 41)).toBe(42);
  expect(statements).toEqual([[41]]);
});

describe("a statement that fails", () => {
  test("fails for all who asked with it, and none of them is left waiting", async () => {
    const fates = db.transaction((tx) => {
      const fail = gatherOn(tx).together(failing);
      return Promise.allSettled([fail(), fail()]);
    });
    expect((await fates.catch(() => [])).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("leaves nothing of what others asked for beside it", async () => {
    const { addOne } = addingOne();
    const work = db.transaction(async (tx) => {
      const { together, inTurn } = gatherOn(tx);
      const table = inTurn((one) => one.execute(sql`create table kustodia.left_behind ()`))();
      await Promise.all([table, together(failing)(), together(addOne)(1)]);
    });
    await expect(work).rejects.toThrow();
    const { rows } = await db.execute(sql`select to_regclass('kustodia.left_behind') as "table"`);
    expect(rows).toEqual([{ table: null }]);
  });
});
