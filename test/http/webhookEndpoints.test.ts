import { afterAll, expect, test } from "vitest";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const URL = "https://ejemplo.mx/kustodia";
const BECAUSE = { reason: "prueba" };

async function register(change: object = {}) {
  const { status, body } = await api.post("/api/webhook-endpoints", { url: URL, reason: "prueba", ...change });
  expect(status).toBe(201);
  return body as { id: number; secret: string };
}

test("an endpoint is registered; its secret is shown once, and the history names the host and not the path", async () => {
  const { id, secret } = await register({ event_types: ["pago_completado"] });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const { body } = await api.get("/api/webhook-endpoints");
  expect(body).toMatchObject({
    endpoints: [{ id, url: URL, event_types: ["pago_completado"], enabled: true, disabled_why: null }],
  });
  expect(JSON.stringify(body)).not.toContain("whsec_");
  const { rows } = await api.pool.query("select type, data, actor from kustodia.event order by id desc limit 1");
  expect(rows).toEqual([
    {
      type: "webhook_registrado",
      data: { endpoint: String(id), host: "ejemplo.mx", reason: "prueba" },
      actor: "prueba",
    },
  ]);
  expect(api.heard.shown.at(-1)).toBe("webhook_registrado");
});

test("its secret is rotated, and the old one stays for as long as is asked", async () => {
  const { id, secret } = await register();
  const rotated = await api.post(`/api/webhook-endpoints/${id}/rotate-secret`, { overlap_hours: 2, ...BECAUSE });
  expect(rotated).toMatchObject({ status: 200, body: { id, secret: expect.stringMatching(/^whsec_/) } });
  expect((rotated.body as { secret: string }).secret).not.toBe(secret);
  const { rows } = await api.pool.query(
    "select previous_secret, previous_secret_until - now() > '119 minutes' as stays from kustodia.webhook_endpoint where id = $1",
    [id],
  );
  expect(rows).toEqual([{ previous_secret: secret, stays: true }]);
});

test("it is disabled and enabled, and its failures are forgotten then", async () => {
  const { id } = await register();
  const path = `/api/webhook-endpoints/${id}`;
  expect(await api.patch(path, { enabled: false, ...BECAUSE })).toMatchObject({
    status: 200,
    body: { enabled: false, disabled_why: "person" },
  });
  await api.pool.query("update kustodia.webhook_endpoint set failures = 9, failing_since = now() where id = $1", [id]);
  expect(await api.patch(path, { enabled: true, event_types: null, ...BECAUSE })).toMatchObject({
    status: 200,
    body: { enabled: true, disabled_why: null, failing_since: null, event_types: null },
  });
});

test.each([
  ["without a URL", {}, "missing"],
  ["with what is no URL", { url: "ejemplo.mx" }, "not_url"],
  ["with another protocol", { url: "ftp://ejemplo.mx" }, "not_url"],
  ["with a password", { url: "https://ana:x@ejemplo.mx" }, "not_url"],
  ["to where no webhook may go", { url: "https://privado.mx" }, "url_not_allowed"],
  ["with an unknown type", { url: URL, event_types: ["pago"] }, "unknown_event_type"],
  ["with no type", { url: URL, event_types: [] }, "empty"],
])("an endpoint %s is refused", async (_how, body, problem) => {
  expect(await api.post("/api/webhook-endpoints", { ...BECAUSE, ...body })).toMatchObject({
    status: 400,
    body: { type: `/problems/${problem}` },
  });
});

test("a change to where no webhook may go, or of nothing, or of nobody, is refused", async () => {
  const { id } = await register();
  const path = `/api/webhook-endpoints/${id}`;
  expect(await api.patch(path, { url: "https://privado.mx", ...BECAUSE })).toMatchObject({
    status: 400,
    body: { type: "/problems/url_not_allowed", pointer: "/url" },
  });
  expect((await api.patch(path, BECAUSE)).body).toMatchObject({ type: "/problems/nothing_to_change" });
  expect((await api.patch("/api/webhook-endpoints/999", { enabled: true, ...BECAUSE })).status).toBe(404);
  expect((await api.post("/api/webhook-endpoints/999/rotate-secret", BECAUSE)).status).toBe(404);
  expect(
    (await api.post("/api/webhook-endpoints/999/redeliver", { since: "2026-01-01T00:00:00Z", ...BECAUSE })).status,
  ).toBe(404);
  expect((await api.post("/api/webhook-deliveries/999999/redeliver", BECAUSE)).status).toBe(404);
});

test("deliveries are listed by page, endpoint and state, and one is sent again", async () => {
  const { id } = await register();
  await api.create();
  await api.create();
  const list = async (query: string) => (await api.get(`/api/webhook-deliveries?endpoint_id=${id}${query}`)).body;
  const first = (await list("&limit=1")) as { deliveries: { id: number }[]; next_before: number };
  expect(first).toMatchObject({
    deliveries: [{ endpoint_id: id, state: "pending", attempts: 0, event: { type: "pago_creado" } }],
    next_before: first.deliveries[0]?.id,
  });
  const second = (await list(`&limit=1&before=${first.next_before}`)) as typeof first;
  expect(second.deliveries[0]?.id).toBeLessThan(first.next_before);
  const deliveryId = first.next_before;
  await api.pool.query("update kustodia.outgoing_delivery set state = 'abandoned', attempts = 10 where id = $1", [
    deliveryId,
  ]);
  expect(await list("&state=abandoned")).toMatchObject({ deliveries: [{ id: deliveryId, next_try_at: null }] });
  expect(await api.post(`/api/webhook-deliveries/${deliveryId}/redeliver`, BECAUSE)).toMatchObject({
    status: 200,
    body: { redelivered: 1 },
  });
  expect(await list("&state=abandoned")).toMatchObject({ deliveries: [] });
  expect((await api.get("/api/webhook-deliveries?state=x")).body).toMatchObject({
    type: "/problems/unknown_delivery_state",
  });
});

test("there is a most of endpoints", async () => {
  const full = await openApi();
  for (let registered = 0; registered < 20; registered++)
    await full.post("/api/webhook-endpoints", { url: URL, ...BECAUSE });
  expect(await full.post("/api/webhook-endpoints", { url: URL, ...BECAUSE })).toMatchObject({
    status: 409,
    body: { type: "/problems/too_many_webhook_endpoints" },
  });
  await full.close();
});

test("a secret is in no answer that is kept: a repeat makes nothing again and is shown none", async () => {
  const headers = { "idempotency-key": "un webhook" };
  const first = await api.post("/api/webhook-endpoints", { url: URL, ...BECAUSE }, headers);
  const { id, secret } = first.body as { id: number; secret: string };
  expect(await api.post("/api/webhook-endpoints", { url: URL, ...BECAUSE }, headers)).toMatchObject({
    status: 201,
    body: { id, secret: null },
  });
  const rotation = { "idempotency-key": "otro secreto" };
  const path = `/api/webhook-endpoints/${id}/rotate-secret`;
  const rotated = (await api.post(path, BECAUSE, rotation)).body as { secret: string };
  expect((await api.post(path, BECAUSE, rotation)).body).toMatchObject({ id, secret: null });
  const { rows } = await api.pool.query("select secret, previous_secret from kustodia.webhook_endpoint where id = $1", [
    id,
  ]);
  expect(rows).toEqual([{ secret: rotated.secret, previous_secret: secret }]);
  const kept = await api.pool.query("select body from kustodia.idempotency_key where body like '%whsec_%'");
  expect(kept.rows).toEqual([]);
});

test("who made, changed and renewed a webhook is the owner of the key", async () => {
  const ana = await api.person("Ana", ["admin"]);
  const { id } = (await ana.post("/api/webhook-endpoints", { url: URL, ...BECAUSE })).body as { id: number };
  await ana.patch(`/api/webhook-endpoints/${id}`, { enabled: false, ...BECAUSE });
  await ana.post(`/api/webhook-endpoints/${id}/rotate-secret`, BECAUSE);
  const { rows } = await api.pool.query(
    "select type, actor from kustodia.event where data ->> 'endpoint' = $1 order by id",
    [String(id)],
  );
  expect(rows).toEqual([
    { type: "webhook_registrado", actor: "Ana" },
    { type: "webhook_cambiado", actor: "Ana" },
    { type: "webhook_secreto_cambiado", actor: "Ana" },
  ]);
});

test("who sends again is in the history, with how many and whereto", async () => {
  const { id } = await register();
  await api.post(`/api/webhook-endpoints/${id}/redeliver`, { since: "2026-01-01T00:00:00Z", ...BECAUSE });
  const { rows } = await api.pool.query("select type, data, actor from kustodia.event order by id desc limit 1");
  const data = { endpoint: String(id), host: "ejemplo.mx", count: expect.stringMatching(/^\d+$/), ...BECAUSE };
  expect(rows).toEqual([{ type: "webhook_reenviado", data, actor: "prueba" }]);
  expect(api.heard.shown.at(-1)).toBe("webhook_reenviado");
});

test("a change of an endpoint that another has changed since it was read is refused, and a repeated one is not done twice", async () => {
  const { id } = await register();
  const path = `/api/webhook-endpoints/${id}`;
  const change = (body: object, headers: Record<string, string>) => api.send("PATCH", path, body, headers);
  const list = (await api.get("/api/webhook-endpoints")).body as { endpoints: { id: number; etag: string }[] };
  const etag = list.endpoints.find((one) => one.id === id)?.etag ?? "";
  expect((await change({ enabled: false, ...BECAUSE }, { "if-match": etag, "idempotency-key": "una" })).status).toBe(
    200,
  );
  expect(await change({ enabled: true, ...BECAUSE }, { "if-match": etag })).toMatchObject({
    status: 412,
    body: { type: "/problems/changed_meanwhile" },
  });
  const again = await change({ enabled: false, ...BECAUSE }, { "if-match": etag, "idempotency-key": "una" });
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
});

test("one that is removed is told nothing more, its secret and path are forgotten, and nothing finds it again", async () => {
  const { id } = await register({ event_types: ["pago_creado"] });
  await api.create();
  const path = `/api/webhook-endpoints/${id}`;
  const { body } = await api.get(`/api/webhook-deliveries?endpoint_id=${id}`);
  const { deliveries } = body as { deliveries: { id: number }[] };
  expect(await api.post(`${path}/remove`, { reason: "ya no lo usan" })).toMatchObject({
    status: 200,
    body: { id, removed: true },
  });
  const { rows } = await api.pool.query("select url, secret, enabled from kustodia.webhook_endpoint where id = $1", [
    id,
  ]);
  expect(rows).toEqual([{ url: "https://ejemplo.mx", secret: "", enabled: false }]);
  const told = await api.pool.query("select type, actor, es from kustodia.event order by id desc limit 1");
  expect(told.rows).toEqual([
    { type: "webhook_eliminado", actor: "prueba", es: `Webhook ${id} eliminado (ejemplo.mx). Motivo: ya no lo usan` },
  ]);
  expect(JSON.stringify((await api.get("/api/webhook-endpoints")).body)).not.toContain(`"id":${id},`);
  const later = [
    api.patch(path, { enabled: true, ...BECAUSE }),
    api.post(`${path}/rotate-secret`, BECAUSE),
    api.post(`${path}/remove`, BECAUSE),
    api.post(`${path}/redeliver`, { since: "2026-01-01T00:00:00Z", ...BECAUSE }),
    api.post(`/api/webhook-deliveries/${deliveries[0]?.id}/redeliver`, BECAUSE),
  ];
  for (const { status } of await Promise.all(later)) expect(status).toBe(404);
  const waiting = await api.pool.query(
    "select from kustodia.outgoing_delivery where endpoint_id = $1 and state = 'pending'",
    [id],
  );
  expect(waiting.rowCount).toBe(0);
});
