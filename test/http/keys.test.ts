import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { authenticate } from "../../reactor/http/authenticate.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const created = z.object({ id: z.string(), key: z.string() });
const listed = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });
const NEW_KEY = { owner: "Ana", owner_kind: "person", scopes: ["read"], reason: "entra al equipo" };

const create = async (change: object = {}) =>
  created.parse((await api.post("/api/keys", { ...NEW_KEY, ...change })).body);
const opens = async (key: string) => {
  const response = await api.app.request("/api/payments", { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, body: (await response.json()) as unknown };
};
const find = async (id: string) => listed.parse((await api.get("/api/keys")).body).keys.find((key) => key.id === id);

test("a key is shown once, opens at once what it is for, and is stored by its hash only", async () => {
  const { id, key } = await create();
  expect((await opens(key)).status).toBe(200);
  const { rows } = await api.pool.query("select * from kustodia.api_key where id = $1", [id]);
  const secret = key.split("_")[2] ?? "";
  expect(secret).toHaveLength(48);
  expect(JSON.stringify([rows, (await api.get("/api/keys")).body])).not.toContain(secret);
  expect(rows).toMatchObject([{ secret_hash: expect.stringMatching(/^[0-9a-f]{64}$/), created_by: "prueba" }]);
  expect(api.heard.shown).toContain("clave_creada");
});

test("a revoked key opens nothing, at once, and says so; revoking it again is told", async () => {
  const { id, key } = await create({ owner: "Beto" });
  expect((await opens(key)).status).toBe(200);
  expect((await api.post(`/api/keys/${id}/revoke`, { reason: "ya no está" })).status).toBe(200);
  expect(await opens(key)).toMatchObject({ status: 401, body: { type: "/problems/key_ended" } });
  expect(await find(id)).toMatchObject({ revoked_by: "prueba", revoked_at: expect.any(String) });
  expect(await api.post(`/api/keys/${id}/revoke`, { reason: "ya no está" })).toMatchObject({
    status: 404,
    body: { type: "/problems/key_not_found" },
  });
});

test("an expired key opens nothing", async () => {
  const { id, key } = await create({ days: 1 });
  await api.pool.query("update kustodia.api_key set expires_at = now() - interval '1 second' where id = $1", [id]);
  expect(await opens(key)).toMatchObject({ status: 401, body: { type: "/problems/key_ended" } });
});

test("the last use is noted, to the minute and not at each request", async () => {
  const { id, key } = await create();
  expect(await find(id)).toMatchObject({ last_used_at: null });
  await opens(key);
  const first = await find(id);
  expect(first).toMatchObject({ last_used_at: expect.any(String) });
  await opens(key);
  expect(await find(id)).toEqual(first);
  await api.pool.query("update kustodia.api_key set last_used_at = now() - interval '2 minutes' where id = $1", [id]);
  await opens(key);
  expect(Date.parse(String((await find(id))?.last_used_at))).toBeGreaterThanOrEqual(
    Date.parse(String(first?.last_used_at)),
  );
});

test("no request waits for another one that is noting its key's use", async () => {
  const { id, key } = await create();
  const noting = await api.pool.connect();
  await noting.query("begin");
  await noting.query("select from kustodia.api_key where id = $1 for update", [id]);
  expect((await opens(key)).status).toBe(200);
  await noting.query("rollback");
  noting.release();
  expect(await find(id)).toMatchObject({ last_used_at: null });
  await opens(key);
  expect(await find(id)).toMatchObject({ last_used_at: expect.any(String) });
});

test("one name is one person, however it is written, and no service too", async () => {
  await create({ owner: "Caro  López" });
  await create({ owner: "ＣＡＲＯ lópez " });
  const { rows } = await api.pool.query("select name from kustodia.person where lower(name) = 'caro lópez'");
  expect(rows).toEqual([{ name: "Caro López" }]);
  expect(await api.post("/api/keys", { ...NEW_KEY, owner: "caro lópez", owner_kind: "service" })).toMatchObject({
    status: 409,
    body: { type: "/problems/name_of_another_kind" },
  });
});

test.each([
  ["an unknown scope", { scopes: ["read", "todo"] }, 400],
  ["no scope", { scopes: [] }, 400],
  ["no owner", { owner: " " }, 400],
  ["more than a year", { days: 366 }, 400],
  ["no reason", { reason: undefined }, 400],
  ["approving, by a service", { scopes: ["approve"] }, 403],
  ["approving, for a service", { scopes: ["approve"], owner: "tienda", owner_kind: "service" }, 403],
])("a key is not made with %s", async (_what, change, status) => {
  expect((await api.post("/api/keys", { ...NEW_KEY, ...change })).status).toBe(status);
});

test("a key that approves opens nothing until another person has confirmed its plan", async () => {
  const own = await openApi();
  const ana = await own.person("Ana", ["admin", "approve"]);
  const beto = await own.person("Beto", ["approve"]);
  const asked = await ana.post("/api/keys", { ...NEW_KEY, owner: "Caro", scopes: ["approve", "read"] });
  expect(asked).toMatchObject({
    status: 202,
    body: { done: false, plan: { persons: 2, details: { owner: "Caro", scopes: "read, approve" } } },
  });
  const { hash, key } = z.object({ hash: z.string(), key: z.string() }).parse(asked.body);
  const asCaro = () => own.app.request("/api/payments", { headers: { authorization: `Bearer ${key}` } });
  expect((await asCaro()).status).toBe(401);
  expect((await ana.post(`/api/plans/${hash}/confirm`, {})).status).toBe(403);
  expect((await beto.post(`/api/plans/${hash}/confirm`, {})).status).toBe(200);
  expect((await asCaro()).status).toBe(200);
  const { rows } = await own.pool.query("select request::text from kustodia.plan");
  expect(JSON.stringify(rows)).not.toContain(key.split("_")[2]);
  await own.close();
});

test("the installation's command makes, lists and ends keys where none opens the API yet, until two persons approve", async () => {
  const run = (...args: string[]) =>
    promisify(execFile)("node", ["--import", "tsx", "bin/cli.ts", "keys", ...args, "--database"], {
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, DATABASE_URL: api.url },
    });
  const key = (await run("create", "--person", "Dora", "--scopes", "admin,approve")).stdout.split("\n")[0] ?? "";
  const asDora = (path: string) => api.app.request(path, { headers: { authorization: `Bearer ${key}` } });
  expect((await asDora("/api/keys")).status).toBe(200);
  expect((await run("list")).stdout).toMatch(/Dora {2}approve,admin {2}vence/);
  await run("create", "--person", "Elio", "--scopes", "approve");
  await expect(run("create", "--person", "Fela", "--scopes", "approve")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Ya hay dos personas"),
  });
  await run("revoke", key.split("_")[1] ?? "", "--reason", "se va");
  expect((await asDora("/api/keys")).status).toBe(401);
  await expect(run("create", "--service", "tienda", "--scopes", "approve")).rejects.toMatchObject({ code: 1 });
  await expect(run("create")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("Uso") });
}, 180_000);

test("a key too young to approve cannot, and can do the rest", async () => {
  const strict = await openApi({ approveAfterMs: 24 * 3_600_000 });
  const { key } = await strict.person("Gil", ["approve", "read"]);
  const young = await authenticate({ db: strict.db, approveAfterMs: 24 * 3_600_000 }, `Bearer ${key}`);
  expect([...young.scopes]).toEqual(["read"]);
  await strict.pool.query("update kustodia.api_key set created_at = now() - interval '24 hours'");
  const grown = await authenticate({ db: strict.db, approveAfterMs: 24 * 3_600_000 }, `Bearer ${key}`);
  expect([...grown.scopes]).toEqual(["approve", "read"]);
  await strict.close();
});
