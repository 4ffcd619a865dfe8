import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, expect, test } from "vitest";
import { monthAfter, readMonths } from "../../../reactor/store/months/byMonth.ts";
import { makeMonths } from "../../../reactor/store/months/makeMonths.ts";
import { readMonthsMade } from "../../../reactor/store/months/readMonthsMade.ts";
import { freshStore } from "../freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const thisMonth = new Date().toISOString().slice(0, 7);
const nameOf = (month: string) => `event_${month.replace("-", "_")}`;
const names = async () => (await readMonths(db, "event")).map(({ name }) => name);
const put = (at: string) =>
  pool.query<{ part: string }>(
    `insert into kustodia.event (type, es, en, data, actor, at) values ('x', '', '', '{}', '', $1) returning tableoid::regclass::text as part`,
    [at],
  );
const storedAt = async (at: string) =>
  (
    await pool.query<{ part: string }>("select tableoid::regclass::text as part from kustodia.event where at = $1", [
      at,
    ])
  ).rows[0]?.part;
const last = monthAfter(thisMonth, 3);

test("three months are made ahead, each once, and no two have a moment in common", async () => {
  const months = await readMonths(db, "event");
  expect(months[0]?.fromMs).toBeNull();
  expect(months.slice(1).map(({ fromMs }) => fromMs)).toEqual(months.slice(0, -1).map(({ toMs }) => toMs));
  expect(months.at(-1)).toMatchObject({ name: nameOf(last), toMs: Date.parse(`${monthAfter(last)}-01T00:00:00Z`) });
  expect(await makeMonths(db, "event")).toEqual([]);
});

test("a month that is missing is made, and guarded like the others", async () => {
  await pool.query(`drop table kustodia.${nameOf(last)}`);
  expect(await makeMonths(db, "event")).toEqual([nameOf(last)]);
  expect((await put(`${last}-15`)).rows[0]?.part).toMatch(nameOf(last));
  await expect(pool.query(`delete from kustodia.${nameOf(last)}`)).rejects.toThrow(/append-only/);
});

test("a row past the last month is stored and told of; then it has its month, without having been moved", async () => {
  const [far, farther] = [monthAfter(thisMonth, 9), monthAfter(thisMonth, 11)];
  expect(await readMonthsMade(db)).toMatchObject({ strayRows: 0 });
  expect((await put(`${far}-15`)).rows[0]?.part).toMatch("event_default");
  await put(`${far}-16`);
  expect(await readMonthsMade(db)).toMatchObject({ strayRows: 2 });
  const file = async (table: string) =>
    (await pool.query("select pg_relation_filenode($1::regclass) as file", [`kustodia.${table}`])).rows[0]?.file;
  const before = await file("event_default");

  expect(await makeMonths(db, "event")).toEqual([nameOf(far)]);
  expect(await readMonthsMade(db)).toMatchObject({ strayRows: 0 });
  expect(await storedAt(`${far}-15`)).toMatch(nameOf(far));
  expect(await file(nameOf(far))).toBe(before);
  // What has no month has a place again, and is guarded there too.
  expect((await put(`${farther}-15`)).rows[0]?.part).toMatch("event_default");
  await expect(pool.query("delete from kustodia.event_default")).rejects.toThrow(/append-only/);
  await expect(pool.query(`delete from kustodia.${nameOf(far)}`)).rejects.toThrow(/append-only/);
});

test("rows on both sides of a month that exists stay where they are, told of, and hold up no other month", async () => {
  const between = monthAfter(thisMonth, 9);
  await put(`${monthAfter(between, -1)}-15`);
  await pool.query(`drop table kustodia.${nameOf(last)}`);
  const rows = await readMonthsMade(db);
  expect(rows).toMatchObject({ strayRows: 2 });
  expect(await makeMonths(db, "event")).toEqual([nameOf(last)]);
  expect(await readMonthsMade(db)).toMatchObject({ strayRows: 2 });
  expect(await names()).toContain(nameOf(last));
});

test("whoever reads the history for long is not waited for, and writers go on", async () => {
  await pool.query(`drop table kustodia.${nameOf(last)}`);
  const reader = await pool.connect();
  try {
    await reader.query("begin; select count(*) from kustodia.event");
    await expect(makeMonths(db, "event")).rejects.toMatchObject({ cause: { code: "55P03" } });
    await put(new Date().toISOString());
    await reader.query("commit");
  } finally {
    reader.release();
  }
  expect(await makeMonths(db, "event")).toEqual([nameOf(last)]);
});

test("months are of UTC, whatever zone a session has", async () => {
  const client = await pool.connect();
  try {
    await client.query("set time zone 'America/Tijuana'");
    expect(await readMonths(drizzle({ client }), "event")).toEqual(await readMonths(db, "event"));
    const insert = `insert into kustodia.event (type, es, en, data, actor, at) values ('x', '', '', '{}', '', $1)
      returning tableoid::regclass::text as part`;
    const partOf = async (at: string) => (await client.query<{ part: string }>(insert, [at])).rows[0]?.part;
    expect(await partOf(`${last}-01T00:00:00Z`)).toMatch(nameOf(last));
    expect(await partOf(`${monthAfter(last)}-01T00:00:00Z`)).toMatch("event_default");
  } finally {
    client.release(true);
  }
});
