import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import type { AppPorts } from "../../reactor/http/ports.ts";
import { openReplica } from "../../reactor/openReplica.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { openApi } from "./openApi.ts";
import { startReplica } from "./startReplica.ts";

/** A real primary and a real streaming replica: what is tried is what a reader is answered when it lags, or dies. */
const folder = openTestFolder();
const supervisor = supervise(folder.path);
const checkout = resolve(import.meta.dirname, "../..");
const primary = await startPostgres(supervisor, { checkout, dataDir: folder.pathOf("postgres") });
const server = await startReplica(supervise(folder.pathOf("replica")), primary);
const STALE_AFTER_MS = 1_500;
const said: string[] = [];
let replica: ReturnType<typeof openReplica> = null;
/** The API is opened before its replica, whose first question is to the API's database. */
const port: AppPorts["replica"] = {
  get db() {
    return replica?.db ?? api.db;
  },
  asOfMs: () => replica?.asOfMs() ?? null,
  distrust: () => replica?.distrust(),
};
const api = await openApi({ replica: port }, primary.url);
const url = Object.assign(new URL(server.url), { pathname: new URL(api.url).pathname }).href;
replica = openReplica({ replica: { url, staleAfterMs: STALE_AFTER_MS } }, api.db, {
  say: (line) => said.push(line),
  failed: () => undefined,
});
const standby = new pg.Pool({ connectionString: url, max: 1 });
standby.on("error", () => undefined);
afterAll(async () => {
  await replica?.stop();
  await standby.end();
  await api.close();
  await server.stop();
  await supervisor.stopAll(10_000);
  folder.remove();
});
const AS_OF = "kustodia-as-of";
const isRead = () => until("a replica that is up to date", 10_000, async () => replica?.asOfMs() ?? undefined);
const noCache = { "cache-control": "no-cache" };

test("what only reads is answered by the replica, which says of when it is; what it may not decide it is not asked", async () => {
  const payment = await api.create();
  const createdAtMs = Date.now();
  await until("a replica that has it", 10_000, async () => ((replica?.asOfMs() ?? 0) > createdAtMs ? true : undefined));
  const id = payment.id;
  for (const path of [
    `/api/payments/${id}`,
    "/api/payments",
    `/api/payments/${id}/events`,
    `/api/payments/${id}/receipt`,
    "/api/overview",
    "/api/books/balances",
    "/api/reports/day/2026-01-20",
    `/api/customers/${payment.payer.id}/statement`,
    "/api/audit/events",
    "/api/webhook-deliveries",
  ]) {
    const fromReplica = await api.get(path);
    const fromPrimary = await api.send("GET", path, undefined, noCache);
    expect(fromReplica.status, path).toBe(200);
    expect(fromReplica.body, path).toEqual(fromPrimary.body);
    expect(Date.parse(fromReplica.headers.get(AS_OF) ?? ""), path).toBeGreaterThan(createdAtMs);
    expect(fromPrimary.headers.get(AS_OF), path).toBeNull();
  }
  for (const path of [`/api/payments/${id}/why`, `/api/payments/${id}/legs`, "/api/kill-switch", "/api/plans"])
    expect((await api.get(path)).headers.get(AS_OF), path).toBeNull();
  expect((await api.get("/ready")).body).toMatchObject({ ready: true, replica: { ok: true } });
});

test("nothing can be written by the connections to it", async () => {
  await expect(replica?.db.execute("create table kustodia.never ()")).rejects.toThrow();
  const { rows } = (await replica?.db.execute("show default_transaction_read_only")) ?? { rows: [] };
  expect(rows).toEqual([{ default_transaction_read_only: "on" }]);
});

test("a replica that stands still: what it does not know yet the primary tells, and then it is read no more until it has caught up", async () => {
  await isRead();
  await standby.query("select pg_wal_replay_pause()");
  const { id } = await api.create();
  expect((await api.get(`/api/payments/${id}`)).status).toBe(200);
  expect((await api.post(`/api/payments/${id}/hold`, { reason: "prueba" })).status).toBe(200);
  const now = await api.send("GET", `/api/payments/${id}`, undefined, noCache);
  expect(now.body).toMatchObject({ id, held: true });
  await sleep(STALE_AFTER_MS);
  await until("the primary's answer", 10_000, async () =>
    (await api.get("/api/payments")).headers.get(AS_OF) === null ? true : undefined,
  );
  expect((await api.get("/api/payments")).body).toMatchObject({ payments: [{ id, held: true }, {}] });
  expect((await api.get("/ready")).body).toMatchObject({ ready: true, replica: { ok: false } });
  await standby.query("select pg_wal_replay_resume()");
  await isRead();
  expect((await api.get(`/api/payments/${id}`)).body).toMatchObject({ held: true });
});

test("a replica that dies fails no request", async () => {
  await isRead();
  process.kill(server.pid, "SIGKILL");
  for (let asked = 0; asked < 5; asked += 1) {
    const { status, headers } = await api.get("/api/payments");
    expect([status, headers.get(AS_OF)]).toEqual([200, null]);
  }
  expect((await api.get("/ready")).body).toMatchObject({ ready: true, replica: { ok: false } });
  await until("word of it", 10_000, async () => (said.at(-1)?.includes("de la principal") ? true : undefined));
});
