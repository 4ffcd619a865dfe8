import pg from "pg";
import { afterAll, expect, inject, test } from "vitest";
import { freePort } from "../../bin/stack/freePort.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { databaseNowMs } from "../../reactor/store/databaseNowMs.ts";
import { goodPayment, openApi } from "./openApi.ts";

/** A database that nobody serves: its port is free. */
const nowhere = openDatabase(`postgres://nobody@127.0.0.1:${await freePort()}/none`, 2, () => undefined);
const probe = () =>
  databaseNowMs(nowhere.db).then(
    () => ({ ok: true, detail: "responde" }),
    () => ({ ok: false, detail: "no responde" }),
  );
const fine = { ok: true, detail: "responde" };
const api = await openApi({
  db: nowhere.db,
  probes: async () => ({ database: await probe(), indexer: fine, rpc: fine, bank: fine }),
});
afterAll(async () => {
  await nowhere.close();
  await api.close();
});

test("without its database the API says so and promises nothing", async () => {
  const unavailable = { status: 503, body: { type: "/problems/database_unavailable" } };
  expect(await api.get("/api/payments")).toMatchObject(unavailable);
  expect(await api.get("/api/payments/1")).toMatchObject(unavailable);
  expect(await api.post("/api/payments", goodPayment())).toMatchObject(unavailable);
  expect(await api.post("/webhooks/juno", { event: "TRANSACTION" })).toMatchObject(unavailable);
  expect(api.heard).toMatchObject({ wakes: 0, doorbells: 0, asked: 0 });
});

test("without its database it lives, but is not ready", async () => {
  expect((await api.get("/health")).status).toBe(200);
  expect(await api.get("/ready")).toMatchObject({ status: 503, body: { ready: false, database: { ok: false } } });
});

test("what can be no key is refused without asking the database", async () => {
  expect((await api.app.request("/api/payments", { headers: { authorization: "Bearer kst_x" } })).status).toBe(401);
});

test("a connection that is cut under a request is answered 503, and the next request is served", async () => {
  const alive = await openApi();
  await alive.create();
  const { rows } = await alive.pool.query<{ name: string }>("select current_database() as name");
  const admin = new pg.Client({ connectionString: inject("postgresUrl") });
  await admin.connect();
  // The list waits for the lock, and is cut off while it waits.
  const locker = await alive.pool.connect();
  await locker.query("begin; lock table kustodia.payment");
  const waiting = alive.get("/api/payments");
  const cutOff = () =>
    admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = $1 and application_name = 'kustodia' and wait_event_type = 'Lock'`,
      [rows[0]?.name],
    );
  await expect.poll(async () => (await cutOff()).rowCount).toBe(1);
  expect(await waiting).toMatchObject({ status: 503, body: { type: "/problems/database_unavailable" } });
  await locker.query("rollback");
  locker.release();
  expect((await alive.get("/api/payments")).status).toBe(200);
  await admin.end();
  await alive.close();
});
