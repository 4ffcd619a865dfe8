import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as runMigrations } from "drizzle-orm/node-postgres/migrator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appendEvents } from "../../../reactor/store/appendEvent.ts";
import { openDatabase } from "../../../reactor/store/database.ts";
import { migrate } from "../../../reactor/store/migrate.ts";
import { readEvents } from "../../../reactor/store/readEvents.ts";
import { freshDatabase } from "../../harness/freshDatabase.ts";
import { storePayment } from "../freshStore.ts";

const PAYMENTS = 400;
const ROWS = 20_000;
/** Whose payments all are. */
const CLABE = "646180000000000001";

/** A database as a release before had it: all our migrations, and the history in one table. */
const database = await freshDatabase();
const { pool } = database;
const { db, close } = openDatabase(database.url, 8, () => undefined);
afterAll(async () => {
  await close();
  await database.close();
});

const history = async (): Promise<readonly string[]> =>
  (
    await pool.query<{ line: string }>("select row_to_json(event)::text as line from kustodia.event order by id")
  ).rows.map(({ line }) => line);
const storedIn = async (): Promise<readonly (readonly [string, number])[]> =>
  (
    await pool.query<{ name: string; rows: number }>(
      "select tableoid::regclass::text as name, count(*)::int as rows from kustodia.event group by 1 order by 1",
    )
  ).rows.map(({ name, rows }) => [name, rows]);
const fileOf = async (table: string) =>
  (await pool.query("select pg_relation_filenode($1::regclass) as file", [table])).rows[0]?.file;

let before: readonly string[] = [];
let fileBefore: unknown;
let drawn = 0;
const written: number[] = [];

beforeAll(async () => {
  await pool.query("create schema kustodia");
  const migrationsFolder = resolve(import.meta.dirname, "../../../reactor/store/migrations");
  await runMigrations(drizzle({ client: pool }), { migrationsFolder, migrationsSchema: "kustodia" });
  for (let payment = 0; payment < 3; payment++) await storePayment(db, CLABE);
  await pool.query(`
    insert into kustodia.payment (customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status)
    select 'customer of ${CLABE}', 500, '${CLABE}', now(), now(), 'active' from generate_series(1, ${PAYMENTS});
    insert into kustodia.event (payment_id, type, es, en, data, actor, at)
    select 1 + n % ${PAYMENTS}, 'pago_creado', 'Pago creado', 'Payment created', '{}', 'api', now() - make_interval(mins => ${ROWS} - n)
    from generate_series(1, ${ROWS}) n`);
  // A number that is drawn and not stored: whoever follows the history has passed over it.
  await pool.query(
    "begin; insert into kustodia.event (type, es, en, data, actor) values ('x', '', '', '{}', ''); rollback",
  );
  const { rows } = await pool.query<{ last: string }>("select last_value::text as last from kustodia.event_id_seq");
  drawn = Number(rows[0]?.last);
  before = await history();
  fileBefore = await fileOf("kustodia.event");
}, 60_000);

test("a history in one table is divided while reactors write it: none of their writes fails, no row is moved or lost", async () => {
  let dividing = true;
  // As reactors do: rows of payment and leg first, then the event, in one transaction.
  const write = async () => {
    while (dividing) {
      const [stored] = await db.transaction(async (tx) => {
        await tx.execute(sql`update kustodia.leg set version = version + 1 where payment_id = 1`);
        await tx.execute(sql`update kustodia.payment set updated_at = now() where id = 1`);
        return appendEvents(tx, [{ paymentId: 1, legId: null, type: "en_revision", data: {}, actor: "reactor" }]);
      });
      if (stored) written.push(stored.id);
    }
  };
  const read = async () => {
    while (dividing) await readEvents(db, { paymentId: 2, after: 0, limit: 500 });
  };
  const working = [write(), write(), read()];
  await sleep(100);
  await Promise.all([migrate(database.url), migrate(database.url)]);
  const during = written.length;
  await sleep(100);
  dividing = false;
  await Promise.all(working);
  expect(during).toBeGreaterThan(0);
  expect(written.length).toBeGreaterThan(during);

  const after = await history();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.length).toBe(before.length + written.length);
  expect(Math.min(...written)).toBeGreaterThan(drawn);
  expect(new Set(written).size).toBe(written.length);
  const [[first = "", rows] = [], ...others] = await storedIn();
  expect([rows, others]).toEqual([after.length, []]);
  expect(first).toMatch(/event_before_\d{4}_\d{2}$/);
  expect(await fileOf(first)).toBe(fileBefore);
});

test("a later start divides nothing again", async () => {
  const parts = async () =>
    (
      await pool.query(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'kustodia.event'::regclass",
      )
    ).rows;
  const first = await parts();
  await migrate(database.url);
  expect(await parts()).toEqual(first);
  expect(first).toHaveLength(4);
});

test.each([
  ["changed", (part: string) => `update ${part} set es = 'otra cosa'`],
  ["deleted", (part: string) => `delete from ${part}`],
  ["emptied", (part: string) => `truncate ${part}`],
])("no month's rows are %s by the month's own name", async (_what, statement) => {
  const { rows } = await pool.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'kustodia.event'::regclass",
  );
  expect(rows.length).toBeGreaterThan(1);
  for (const { name } of rows) await expect(pool.query(statement(name)), name).rejects.toThrow(/append-only/);
});

test("a row refers to a payment that is there, in whatever month it is", async () => {
  for (const at of ["2020-01-01", "2099-01-01"]) {
    await expect(
      pool.query(
        "insert into kustodia.event (payment_id, type, es, en, data, actor, at) values (99999, 'x', '', '', '{}', '', $1)",
        [at],
      ),
    ).rejects.toThrow(/foreign key/);
  }
});

test("a division that was cut off after its first step goes on at the next start", async () => {
  const other = await freshDatabase();
  try {
    await other.pool.query("create schema kustodia");
    const migrationsFolder = resolve(import.meta.dirname, "../../../reactor/store/migrations");
    await runMigrations(drizzle({ client: other.pool }), { migrationsFolder, migrationsSchema: "kustodia" });
    await other.pool.query(
      "alter table kustodia.event add constraint before_first_month check (at < '2020-01-01') not valid",
    );
    await migrate(other.url);
    await other.pool.query(
      "insert into kustodia.event (type, es, en, data, actor, at) select 'x', '', '', '{}', '', at from unnest('{2019-12-31, 2099-01-01}'::timestamptz[]) at",
    );
    const { rows } = await other.pool.query("select conname from pg_constraint where conname = 'before_first_month'");
    expect(rows).toEqual([]);
  } finally {
    await other.close();
  }
});
