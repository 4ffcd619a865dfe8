import { createHash } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { openSite } from "./openSite.ts";

const site = await openSite();
const ana = await site.person("Ana", ["read", "operate", "approve"]);
afterAll(() => site.close());

test("who has not signed in is asked to, and is then where they were going", async () => {
  const browser = site.visit();
  expect(await browser.get("/pagos?status=review")).toMatchObject({
    status: 303,
    location: "/entrar?volver=%2Fpagos%3Fstatus%3Dreview",
  });
  const form = await browser.get("/entrar?volver=%2Fpagos%3Fstatus%3Dreview");
  expect(form.text).toContain('<html lang="es">');
  expect(form.text).toContain('value="/pagos?status=review"');
  const entered = await browser.post("/entrar", { llave: ana.key, volver: "/pagos?status=review" });
  expect(entered).toMatchObject({ status: 303, location: "/pagos?status=review" });
  expect((await browser.get("/")).text).toContain("Ana");
});

test("a wrong key is told so, and opens nothing", async () => {
  const browser = site.visit();
  await browser.get("/entrar");
  const wrong = `${ana.key.slice(0, -1)}${ana.key.endsWith("0") ? "1" : "0"}`;
  const refused = await browser.post("/entrar", { llave: wrong });
  expect(refused.status).toBe(401);
  expect(refused.text).toContain('role="alert"');
  expect(browser.cookies.has("sesion")).toBe(false);
  expect((await browser.get("/")).status).toBe(303);
});

test("nobody is sent to another site after signing in", async () => {
  for (const elsewhere of [
    "https://malo.mx/",
    "//malo.mx/x",
    "/\\malo.mx/x",
    "/.//malo.mx",
    "/a/..//malo.mx",
    "javascript:alert(1)",
  ]) {
    const browser = site.visit();
    await browser.get(`/entrar?volver=${encodeURIComponent(elsewhere)}`);
    expect(await browser.post("/entrar", { llave: ana.key, volver: elsewhere })).toMatchObject({ location: "/" });
  }
});

test("the cookie is for no script and for no other site, and the database keeps only its hash", async () => {
  const browser = site.visit();
  await browser.get("/entrar");
  const { headers } = await browser.post("/entrar", { llave: ana.key });
  const cookie = headers.getSetCookie().find((line) => line.startsWith("sesion="));
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect(cookie).toMatch(/Max-Age=43200/);
  const token = browser.cookies.get("sesion") ?? "";
  const { rows } = await site.pool.query("select token_hash from kustodia.session");
  const hashes = rows.map((row: { token_hash: string }) => row.token_hash);
  expect(hashes).toContain(createHash("sha256").update(token).digest("hex"));
  expect(JSON.stringify(hashes)).not.toContain(token);
});

test("on a machine that is not this one the cookie travels encrypted only", async () => {
  const response = await site.site.request("https://kustodia.mx/entrar", { headers: { accept: "text/html" } });
  expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^visita=.*Secure/)]);
});

test("a session ends by signing out, in the database too: the old cookie opens nothing", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/");
  const token = browser.cookies.get("sesion") ?? "";
  expect(await browser.post("/salir")).toMatchObject({ status: 303, location: "/entrar" });
  browser.cookies.set("sesion", token);
  expect((await browser.get("/")).status).toBe(303);
});

test("a session ends with its key, at once", async () => {
  const beto = await site.person("Beto", ["read"]);
  const browser = await site.signedIn(beto.key);
  expect((await browser.get("/")).status).toBe(200);
  await site.post(`/api/keys/${beto.key.split("_")[1]}/revoke`, { reason: "prueba" });
  expect((await browser.get("/")).status).toBe(303);
});

test("a session ends when its time is over", async () => {
  const browser = await site.signedIn(ana.key);
  await site.pool.query("update kustodia.session set expires_at = now() - interval '1 second'");
  expect((await browser.get("/")).status).toBe(303);
});

test("a form of another site, without a token, or with another session's is not done", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/");
  const attempts = [
    browser.post("/interruptor/detener", { reason: "ajeno" }, { origin: "https://malo.mx" }),
    browser.post("/interruptor/detener", { reason: "ajeno" }, { origin: "null" }),
    browser.post("/interruptor/detener", { reason: "ajeno", formulario: "" }),
    browser.post("/interruptor/detener", { reason: "ajeno", formulario: "0".repeat(64) }),
  ];
  for (const { status, text } of await Promise.all(attempts)) {
    expect(status).toBe(403);
    expect(text).toContain("Este formulario no vino de una página de esta sesión");
  }
  expect((await site.get("/api/kill-switch")).body).toMatchObject({ killed: false });
  await browser.get("/");
  expect((await browser.post("/interruptor/detener", { reason: "propio" })).status).toBe(303);
  expect((await site.get("/api/kill-switch")).body).toMatchObject({ killed: true, pulled_by: "Ana", why: "propio" });
});

test("a session is no key: the API does not take its cookie", async () => {
  const browser = await site.signedIn(ana.key);
  expect((await browser.get("/api/payments")).status).toBe(401);
});

test("every page, a refusal too, forbids what is inline or from elsewhere, frames, and keeping", async () => {
  const browser = await site.signedIn(ana.key);
  for (const path of ["/", "/entrar", "/pagos/999999"]) {
    const { headers, text } = await browser.get(path);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe|nonce|http/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).not.toMatch(/ style=|<style| on\w+=|<script(?! type="module" src="\/recursos)/);
  }
});

test("English is one form away, and is remembered", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/");
  await browser.post("/idioma", { idioma: "en", volver: "/" });
  const { text } = await browser.get("/");
  expect(text).toContain('<html lang="en">');
  expect(text).toContain("Where the money is");
});

test("to a program the front door is what the server is, and no page's path is the API's", async () => {
  const response = await site.site.request("/", { headers: { accept: "application/json" } });
  expect(await response.json()).toMatchObject({ name: "Kustodia" });
  expect((await site.site.request("/health")).status).toBe(200);
});

test("after a few wrong keys an address waits, with a right one too, and others do not", async () => {
  let nowMs = 0;
  const waiting = await openSite({ monotonicMs: () => nowMs });
  const { key } = await waiting.person("Ana", ["read"]);
  const enter = async (llave: string, address: string) => {
    const env = { incoming: { socket: { remoteAddress: address } } };
    const at = { host: "127.0.0.1:4000" };
    const page = await waiting.site.request("http://127.0.0.1:4000/entrar", { headers: at }, env);
    const formulario = /name="formulario" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const cookie = page.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const headers = { ...at, cookie, origin: "http://127.0.0.1:4000" };
    const body = new URLSearchParams({ formulario, llave });
    const response = await waiting.site.request("http://127.0.0.1:4000/entrar", { method: "POST", headers, body }, env);
    return { status: response.status, text: await response.text(), wait: response.headers.get("retry-after") };
  };
  for (let wrong = 0; wrong < 5; wrong++) expect((await enter("kst_mala", "10.0.0.7")).status).toBe(401);
  const refused = await enter(key, "10.0.0.7");
  expect(refused).toMatchObject({ status: 429, wait: "12" });
  expect(refused.text).toContain("Demasiadas llaves equivocadas desde esta dirección: espere 12 s");
  expect((await enter(key, "10.0.0.8")).status).toBe(303);
  nowMs += 12_000;
  expect((await enter(key, "10.0.0.7")).status).toBe(303);
  await waiting.close();
});
