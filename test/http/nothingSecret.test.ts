import { afterAll, beforeAll, expect, test } from "vitest";
import { installKey } from "../../bin/operate/installKey.ts";
import { routeScopes } from "../../reactor/http/scopes.ts";
import { SCOPES } from "../../reactor/store/schema/access.ts";
import { described } from "./described.ts";
import { goodPayment, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const clabe = newClabe();
const SECRET_PATH = "T01/B02/XyzSecreto";
const WHOLE_CLABE = /(?<![0-9A-Za-z])\d{18}(?![0-9A-Za-z])/;
const SECRETS = [/whsec_\w/, /kst_[0-9a-f]{12}_/, /secret_?hash/i, /\bat \S+ \(|\.ts:\d+/, /postgres(ql)?:/];

/** A world in which everything that could leak is there, in free texts too. */
beforeAll(async () => {
  const quoted = `pagar a la CLABE ${clabe}, no a otra`;
  const { id } = await api.create({ ...goodPayment(), deposit_clabe: clabe, description: quoted, conditions: quoted });
  await api.post(`/api/payments/${id}/hold`, { reason: quoted });
  await api.post("/api/kill-switch/pull", { reason: quoted });
  await api.post("/api/webhook-endpoints", { url: `https://ejemplo.mx/${SECRET_PATH}`, reason: "prueba" });
  await api.pool.query(`update kustodia.leg set carried = carried || jsonb_build_object('clabe', $1::text)`, [clabe]);
});

const reads = Object.entries(routeScopes).filter(([route, scope]) => route.startsWith("GET /") && scope !== "open");
/** It never ends: the first that it tells is read, from the history's beginning. */
const STREAM = "/api/events";
const readable = reads.map(([route]) => route.replace("GET ", "").replace(":id", "1"));

test("every list and every view is read", () => {
  expect(readable.length).toBeGreaterThan(12);
});

/** What a key is shown at a path, as text. */
async function shownTo(key: string, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, "last-event-id": "0" };
  const response = await api.app.request(path, { headers });
  if (path !== STREAM) return response.text();
  const reader = response.body?.getReader();
  let told = "";
  while (reader !== undefined && !told.includes("interruptor_activado")) {
    told += new TextDecoder().decode((await reader.read()).value);
  }
  await reader?.cancel();
  return told;
}

test.each(readable)("%s shows a reader no secret and no whole CLABE", async (path) => {
  const { text } = await installKey(api.url, { name: "lector", kind: "service", scopes: SCOPES.filter(readsOnly) });
  const shown = await shownTo(text, path);
  expect(shown).not.toMatch(WHOLE_CLABE);
  expect(shown).not.toContain(SECRET_PATH.split("/").at(-1));
  for (const secret of SECRETS) expect(shown).not.toMatch(secret);
});
const readsOnly = (scope: string) => ["read", "audit"].includes(scope);

test.each(readable)("%s shows nobody a secret", async (path) => {
  const shown = await shownTo(api.apiKey, path);
  for (const secret of SECRETS) expect(shown).not.toMatch(secret);
});

test("whoever operates sees the deposit's CLABE, to tell it to the buyer; the payout's nobody", async () => {
  const { body } = await api.get("/api/payments/1");
  expect(body).toMatchObject({ deposit_clabe: clabe, payout_clabe: expect.stringMatching(/^••••\d{4}$/) });
});

/** What a careless or hostile caller sends to each route, in place of what is asked for. */
const NONSENSE = ["{", "[]", "null", '{"reason":1}', `{"reason":"${"x".repeat(600)}"}`];
const writes = Object.entries(described.paths).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((method) => method !== "get")
    .map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, "1")] as const),
);

test.each(writes)("%s %s answers nonsense with a problem that gives nothing away", async (method, path) => {
  for (const body of NONSENSE) {
    const headers = { authorization: `Bearer ${api.apiKey}`, "content-type": "application/json" };
    const response = await api.app.request(path, { method, headers, body });
    const shown = await response.text();
    expect(response.status).toBeLessThan(500);
    for (const secret of SECRETS) expect(shown).not.toMatch(secret);
  }
  expect(api.heard.failures).toEqual([]);
});
