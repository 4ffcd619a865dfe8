import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { allEnded } from "../../reactor/store/allEnded.ts";
import { freshStore } from "./freshStore.ts";

const { db, close } = await freshStore();
afterAll(close);

const next = sql`select nextval('drawn')::int as drawn`;

test("a query that was not sent yet is sent once, and answered in its place", async () => {
  await db.execute(sql`create sequence drawn`);
  const [first, plain, second] = await db.transaction((tx) => allEnded([tx.execute(next), 7, tx.execute(next)]));
  expect([first.rows, plain, second.rows]).toEqual([[{ drawn: 1 }], 7, [{ drawn: 2 }]]);
});

test("what fails is told once all have ended, and the first failure of several in their order", async () => {
  const ended: string[] = [];
  const late = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    ended.push("late");
    throw new Error("the second");
  };
  const begun = [Promise.reject(new Error("the first")), late(), Promise.resolve("done")];
  await expect(allEnded(begun)).rejects.toThrow("the first");
  expect(ended).toEqual(["late"]);
});
