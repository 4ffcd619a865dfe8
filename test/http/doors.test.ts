import { afterAll, expect, test } from "vitest";
import { routeScopes } from "../../reactor/http/scopes.ts";
import { SCOPES } from "../../reactor/store/schema/access.ts";
import { goodPayment, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const LOCKED: readonly [string, string][] = [
  ["GET", "/api/payments"],
  ["GET", "/api/payments/1"],
  ["GET", "/api/payments/1/events"],
  ["POST", "/api/payments"],
  ["POST", "/api/automation/trigger"],
  ["GET", "/api/kill-switch"],
  ["POST", "/api/kill-switch/pull"],
  ["POST", "/api/kill-switch/lift"],
  ["GET", "/api/keys"],
  ["POST", "/api/keys"],
  ["POST", "/api/keys/000000000000/revoke"],
  ["GET", "/api/not-yet-thought-of"],
];

const [, publicHalf, secret] = api.apiKey.split("_");
const turned = [...(secret ?? "")].reverse().join("");

test.each(LOCKED)("%s %s needs a key", async (method, path) => {
  for (const authorization of [
    undefined,
    "Bearer",
    "Bearer kst_test",
    `Bearer ${api.apiKey}0`,
    `Bearer kst_${publicHalf}_${turned}`,
    `Bearer kst_000000000000_${secret}`,
    `Basic ${api.apiKey}`,
    api.apiKey,
  ]) {
    const response = await api.app.request(path, { method, headers: authorization ? { authorization } : {} });
    expect(response.status, authorization).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.json()).toMatchObject({ type: "/problems/unauthenticated", status: 401 });
  }
});

test("a body without the key is not looked at", async () => {
  const body = JSON.stringify(goodPayment());
  const headers = { "content-type": "application/json" };
  expect((await api.app.request("/api/payments", { method: "POST", headers, body })).status).toBe(401);
  expect(await api.countRows()).toBe(0);
});

test("every route has its scope, and every scope its route", () => {
  const routes = api.app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(routes)].sort()).toEqual(Object.keys(routeScopes).sort());
});

const asked = Object.entries(routeScopes).flatMap(([route, scope]) => (scope === "open" ? [] : [{ route, scope }]));

test.each(asked)("$route is for who may $scope, and for nobody else", async ({ route, scope }) => {
  const [method = "", path = ""] = route.split(" ");
  const others = SCOPES.filter((other) => other !== scope);
  const without = await api.person(`todo menos ${route}`, others);
  const refused = await api.app.request(path.replace(/:\w+/g, "1"), {
    method,
    headers: { authorization: `Bearer ${without.key}` },
  });
  expect(await refused.json()).toMatchObject({ status: 403, detail: expect.stringContaining(`permiso ${scope},`) });
  const allowed = await api.person(`solo ${route}`, [scope]);
  const answered = await api.app.request(path.replace(/:\w+/g, "1"), {
    method,
    headers: { authorization: `Bearer ${allowed.key}` },
  });
  expect([401, 403]).not.toContain(answered.status);
});

test("a key that only reads is shown no whole CLABE", async () => {
  const { id, deposit_clabe } = await api.create();
  const reader = await api.person("quien solo lee", ["read"]);
  const masked = `••••${deposit_clabe.slice(-4)}`;
  expect(deposit_clabe).toMatch(/^\d{18}$/);
  expect((await reader.get(`/api/payments/${id}`)).body).toMatchObject({ deposit_clabe: masked });
  for (const path of ["/api/payments", `/api/payments/${id}`, `/api/payments/${id}/events`]) {
    expect(JSON.stringify((await reader.get(path)).body)).not.toMatch(/\d{18}/);
  }
});

test("the server says what it is, that it lives, and that it is ready", async () => {
  const open = async (path: string) => {
    const response = await api.app.request(path);
    return { status: response.status, body: (await response.json()) as unknown };
  };
  expect(await open("/")).toMatchObject({ status: 200, body: { name: "Kustodia" } });
  expect(await open("/health")).toEqual({ status: 200, body: { status: "alive" } });
  expect(await open("/ready")).toMatchObject({ status: 200, body: { ready: true, bank: { ok: true } } });
});

test.each(["database", "indexer", "rpc", "bank"] as const)(
  "without its %s it is not ready, and says which part",
  async (part) => {
    const fine = { ok: true, detail: "responde" };
    const probes = {
      database: fine,
      indexer: fine,
      rpc: fine,
      bank: fine,
      [part]: { ok: false, detail: "no responde" },
    };
    const lame = await openApi({ probes: async () => probes });
    expect(await lame.get("/ready")).toMatchObject({ status: 503, body: { ready: false, ...probes } });
    await lame.close();
  },
);

test("an unknown route is a problem document too", async () => {
  expect(await api.get("/pagos")).toMatchObject({
    status: 404,
    body: { type: "/problems/route_not_found", detail: "No existe GET /pagos." },
  });
});

test("every answer carries the security headers, refusals too", async () => {
  for (const path of ["/", "/api/payments", "/pagos"]) {
    const { headers } = await api.app.request(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  }
});

test("an error of ours is told to the console and not to the caller", async () => {
  const lame = await openApi({
    freshness: async () => {
      throw new Error("secreto interno");
    },
  });
  const answer = await lame.get("/api/automation/status");
  expect(answer).toMatchObject({ status: 500, body: { type: "/problems/internal_error" } });
  expect(JSON.stringify(answer.body)).not.toMatch(/secreto|\.ts/);
  expect(lame.heard.failures).toMatchObject([{ message: "secreto interno" }]);
  await lame.close();
});

test("a part that does not answer does not hold the status page for longer than its two seconds", async () => {
  const stuck = await openApi({ freshness: () => new Promise(() => undefined) });
  const startedAt = performance.now();
  expect(await stuck.get("/api/automation/status")).toMatchObject({
    status: 504,
    body: { type: "/problems/too_slow" },
  });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await stuck.close();
});
