import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../../reactor/store/database.ts";
import { sendTogether } from "../../reactor/store/sendTogether.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";

const database = await freshDatabase();
/** One session, so that its packets are seen. */
const one = openDatabase(database.url, 1, () => undefined);
afterAll(async () => {
  await one.close();
  await database.close();
});

type Stream = { _write(...args: unknown[]): void; _writev(...args: unknown[]): void };

/** How many packets leave while something is done. */
async function packetsOf(work: () => Promise<unknown>): Promise<number> {
  const client = await one.pool.connect();
  const { stream } = (client as unknown as { connection: { stream: Stream } }).connection;
  client.release();
  const { _write: write, _writev: writev } = stream;
  let packets = 0;
  const counting = (send: Stream["_write"]) =>
    function (this: Stream, ...args: unknown[]) {
      packets += 1;
      send.apply(this, args);
    };
  Object.assign(stream, { _write: counting(write), _writev: counting(writev) });
  await work();
  Object.assign(stream, { _write: write, _writev: writev });
  return packets;
}

const ask = (db: Pick<typeof one.db, "execute">, n: number) => db.execute<{ n: number }>(sql`select ${n}::int as n`);

test("what is asked of a session at one moment leaves in one packet, and each has its own answer", async () => {
  let answers: unknown[] = [];
  const packets = await packetsOf(async () => {
    answers = await one.db.transaction((tx) => Promise.all([1, 2, 3, 4, 5].map((n) => ask(tx, n))));
  });
  expect(answers.map((answer) => (answer as pg.QueryResult).rows[0])).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  // The beginning goes with what is asked first; the end waits for the answers.
  expect(packets).toBe(2);
});

test("a transaction that fails undoes all of it, and the session goes on", async () => {
  await one.db.execute(sql`create table kept (n int)`);
  const failing = one.db.transaction(async (tx) => {
    await tx.execute(sql`insert into kept values (1)`);
    await tx.execute(sql`insert into kept values (1 / ${0}::int)`);
  });
  await expect(failing).rejects.toThrow();
  await one.db.transaction((tx) => tx.execute(sql`insert into kept values (2)`));
  expect((await one.db.execute(sql`select n from kept`)).rows).toEqual([{ n: 2 }]);
});

test("a session that refuses to begin is lost, and with it what was asked next; another takes its place", async () => {
  const client = await one.pool.connect();
  await client.query("BEGIN");
  await expect(client.query("select 1 / 0")).rejects.toThrow();
  client.release();
  const [{ pid: before } = { pid: 0 }] = [{ pid: (client as unknown as { processID: number }).processID }];
  await expect(one.db.transaction((tx) => tx.execute(sql`select 1`))).rejects.toThrow();
  const pidNow = sql`select pg_backend_pid() as pid`;
  await expect.poll(async () => (await one.db.execute<{ pid: number }>(pidNow)).rows[0]?.pid).not.toBe(before);
});

test("what writes waits until the session has begun: of a transaction that could not begin nothing is kept", async () => {
  await one.db.execute(sql`create table unbegun (n int)`);
  const refusing = new pg.Pool({ connectionString: database.url, max: 1, pipeline: true });
  refusing.on("error", () => undefined);
  refusing.on("connect", (client) => {
    const ask = client.query.bind(client) as (config: unknown, ...rest: unknown[]) => unknown;
    const refuseBegin = (config: { text: string }, ...rest: unknown[]) =>
      ask(config.text === "begin" ? { ...config, text: "select 1 / 0" } : config, ...rest);
    client.query = refuseBegin as unknown as typeof client.query;
    // The pool has told of it already, and of a session that is lost it tells once more.
    client.on("error", () => undefined);
  });
  sendTogether(refusing);
  const lost = drizzle({ client: refusing });
  const insert = (n: number) => sql`insert into unbegun values (${n})`;
  const writing = lost.transaction((tx) => Promise.all([tx.execute(insert(1)), tx.execute(insert(2))]));
  await expect(writing).rejects.toThrow();
  const asking = lost.transaction(async (tx) => {
    await tx.execute(sql`select 1`);
    await tx.execute(insert(3));
  });
  await expect(asking).rejects.toThrow();
  expect((await one.db.execute(sql`select n from unbegun`)).rows).toEqual([]);
  await refusing.end();
});

test("what is held back until the session has begun is done in the order in which it was asked", async () => {
  await one.db.execute(sql`create table ordered (n int)`);
  const counted = await one.db.transaction(async (tx) => {
    const [, first, , second] = await Promise.all([
      tx.execute(sql`insert into ordered values (1)`),
      tx.execute(sql`select count(*)::int as n from ordered`),
      tx.execute(sql`insert into ordered values (2)`),
      tx.execute(sql`select count(*)::int as n from ordered`),
    ]);
    return [first.rows, second.rows];
  });
  expect(counted).toEqual([[{ n: 1 }], [{ n: 2 }]]);
});
