import { afterAll, expect, test } from "vitest";
import { createBuckets } from "../../reactor/http/limits/createBuckets.ts";
import { serveApp } from "../../reactor/http/serve.ts";
import { openApi } from "./openApi.ts";

let now = 0;
const limited = { rateLimits: { keyPerMinute: 3, addressPerMinute: 5 }, monotonicMs: () => now };
const api = await openApi({ ...limited, corsOrigins: ["https://panel.mx"] });
const plain = await openApi();
afterAll(() => Promise.all([api.close(), plain.close()]));

test("a key has its requests a minute and no more; what it has left is in the headers; another key has its own", async () => {
  const ana = await api.person("Ana", ["read"]);
  const first = await ana.get("/api/alerts");
  expect(first.headers.get("ratelimit-policy")).toBe('"key";q=3;w=60');
  expect(first.headers.get("ratelimit")).toBe('"key";r=2;t=20');
  for (let more = 0; more < 2; more++) await ana.get("/api/alerts");
  const refused = await ana.get("/api/alerts");
  expect(refused).toMatchObject({ status: 429, body: { type: "/problems/too_many_requests" } });
  expect(refused.headers.get("retry-after")).toBe("20");
  expect(refused.headers.get("ratelimit")).toBe('"key";r=0;t=60');
  const beto = await api.person("Beto", ["read"]);
  expect((await beto.get("/api/alerts")).status).toBe(200);
  now += 20_000;
  expect((await ana.get("/api/alerts")).status).toBe(200);
  expect((await ana.get("/api/alerts")).status).toBe(429);
});

test("an address has its requests too, with a key or without", async () => {
  const served = await serveApp(api.app, { port: 0, host: "127.0.0.1" });
  const ask = (path: string) => fetch(`${served.url}${path}`);
  expect((await ask("/health")).headers.get("ratelimit")).toBe('"address";r=4;t=12');
  for (let more = 0; more < 4; more++) expect((await ask("/api/payments")).status).toBe(401);
  const refused = await ask("/health");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "12"]);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  await served.close();
});

test("callers who are not seen any more are forgotten, the longest quiet first", () => {
  const take = createBuckets(2, () => 0);
  take("first");
  for (let other = 0; other < 9_999; other++) take(`other ${other}`);
  expect(take("first").remaining).toBe(0);
  take("one more");
  expect(take("other 0").remaining).toBe(1);
});

test("no other page may call the API, unless it is named", async () => {
  const preflight = (app: typeof api.app, origin: string) =>
    app.request("/api/payments", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
  expect((await preflight(plain.app, "https://panel.mx")).headers.get("access-control-allow-origin")).toBeNull();
  expect((await preflight(api.app, "https://otra.mx")).headers.get("access-control-allow-origin")).toBeNull();
  const allowed = await preflight(api.app, "https://panel.mx");
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("https://panel.mx");
  expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
});

test("an answer of the API is kept by nobody and runs nothing", async () => {
  for (const { headers } of [await plain.get("/api/payments"), await plain.get("/api/payments/999")]) {
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=/);
  }
});
