import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../../reactor/store/database.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";

const database = await freshDatabase();
const CONNECTIONS = 3;
const open = openDatabase(database.url, CONNECTIONS, () => undefined);
const { db, together } = open;
afterAll(async () => {
  await open.close();
  await database.close();
});

const sessionOf = async (one: Pick<Database, "execute">) =>
  (await one.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)).rows[0]?.pid;
const threeTimes = <T>(work: () => Promise<T>) => Promise.all([work(), work(), work()]);

test("what is asked together at one moment goes by one connection, where others ask on one each", async () => {
  expect(new Set(await threeTimes(() => sessionOf(db))).size).toBe(3);
  expect(new Set(await threeTimes(() => sessionOf(together))).size).toBe(1);
});

test("a connection is given back once all are answered, however often and whatever fails", async () => {
  for (let round = 0; round < 5 * CONNECTIONS; round++) {
    const failing = together.execute(sql`select 1 / ${0}::int`);
    const [failed, answered] = await Promise.allSettled([failing, sessionOf(together)]);
    expect([failed.status, answered.status]).toEqual(["rejected", "fulfilled"]);
  }
  await expect.poll(() => open.pool.idleCount).toBe(open.pool.totalCount);
});

test("a transaction has a connection of its own, and what is asked beside it is not in it", async () => {
  await together.execute(sql`create table beside (n int)`);
  const transaction = together.transaction(async (tx) => {
    await tx.execute(sql`insert into beside values (1)`);
    const [inside, outside] = await Promise.all([sessionOf(tx), sessionOf(together)]);
    expect(inside).not.toBe(outside);
    await together.execute(sql`insert into beside values (2)`);
    throw new Error("undone");
  });
  await expect(transaction).rejects.toThrow("undone");
  expect((await together.execute(sql`select n from beside`)).rows).toEqual([{ n: 2 }]);
});
