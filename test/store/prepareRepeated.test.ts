import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtOnce } from "../../reactor/store/builtOnce.ts";
import { type OpenDatabase, openDatabase } from "../../reactor/store/database.ts";
import { type FreshDatabase, freshDatabase } from "../harness/freshDatabase.ts";

let database: FreshDatabase;
const opened: OpenDatabase[] = [];

/** One session, so that what it has prepared is seen. */
function open(way: "straight" | "pooler"): OpenDatabase {
  const one = openDatabase(database.url, 1, () => undefined, way);
  opened.push(one);
  return one;
}

const preparedIn = async ({ pool }: OpenDatabase) =>
  (await pool.query("select statement from pg_prepared_statements")).rows.map(({ statement }) => statement);

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(async () => {
  for (const one of opened) await one.close();
  await database.close();
});

test("a repeated statement is prepared, once for a session; through a pooler none is", async () => {
  for (const way of ["straight", "pooler"] as const) {
    const one = open(way);
    for (let n = 0; n < 6; n++) {
      expect((await one.db.execute(sql`select ${n}::int as n`)).rows).toEqual([{ n }]);
      await one.db.execute(sql.raw(`select ${n} as seldom`));
    }
    expect(await preparedIn(one)).toEqual(way === "straight" ? ["select $1::int as n"] : []);
  }
});

test("a statement that is built once takes other values each time; through a pooler it has no name either", async () => {
  for (const way of ["straight", "pooler"] as const) {
    const one = open(way);
    let built = 0;
    const asked = builtOnce((db) => {
      built += 1;
      return db
        .select({ n: sql<number>`${sql.placeholder("n")}::int` })
        .from(sql`(select) one`)
        .prepare("");
    });
    for (let n = 0; n < 6; n++) expect(await asked(one.db).execute({ n })).toEqual([{ n }]);
    expect(built).toBe(1);
    expect(await preparedIn(one)).toEqual(way === "straight" ? ["select $1::int from (select) one"] : []);
  }
});

test("what is prepared reads a view as it is, when another one has taken its place", async () => {
  const { db } = open("straight");
  const read = async () => (await db.execute(sql`select n from shown where n > ${0}`)).rows;
  await db.execute(sql.raw("create view shown as select 1 as n"));
  for (let times = 0; times < 8; times++) expect(await read()).toEqual([{ n: 1 }]);
  await db.execute(sql.raw("drop view shown"));
  await db.execute(sql.raw("create view shown as select 2 as n"));
  expect(await read()).toEqual([{ n: 2 }]);
});
