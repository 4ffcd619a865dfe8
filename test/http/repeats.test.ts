import { afterAll, expect, test } from "vitest";
import { hashRequest } from "../../reactor/http/hashRequest.ts";
import { paymentRequest } from "../../reactor/http/wire/paymentRequest.ts";
import { paymentView } from "../../reactor/http/wire/paymentView.ts";
import { goodPayment, NOW_MS, newClabe, openApi } from "./openApi.ts";

let nowMs = NOW_MS;
const api = await openApi({ nowMs: () => nowMs });
afterAll(() => api.close());

test("the same body under the same external_id is the same payment", async () => {
  const body = { ...goodPayment(), external_id: "venta-1" };
  const first = await api.post("/api/payments", body);
  const rows = await api.countRows();
  const wakes = api.heard.wakes;
  const second = await api.post("/api/payments", body);
  expect(first.status).toBe(201);
  expect(second.status).toBe(200);
  expect(second.body).toEqual(first.body);
  expect(await api.countRows()).toBe(rows);
  expect(api.heard.wakes).toBe(wakes);
});

test("another order of fields, other spaces and another way to write the amount are the same body", async () => {
  const body = { ...goodPayment(), external_id: "venta-2", amount: "1500" };
  const first = await api.post("/api/payments", body);
  const { payer, ...rest } = body;
  const turned = JSON.stringify({ ...rest, amount: "1500.00", payer: { name: payer.name, id: payer.id } }, null, 2);
  const second = await api.post("/api/payments", turned);
  expect(second.status).toBe(200);
  expect(second.body).toEqual(first.body);
});

test("a request has one hash, in whatever order the schema lists its fields", () => {
  const parsed = paymentRequest.parse({ ...goodPayment(), external_id: "venta-3" });
  const turned = Object.fromEntries(Object.entries(parsed).reverse()) as typeof parsed;
  expect(JSON.stringify(Object.keys(turned))).not.toBe(JSON.stringify(Object.keys(parsed)));
  expect(hashRequest(turned)).toBe(hashRequest(parsed));
  expect(hashRequest({ ...parsed, amount: parsed.amount + 1n })).not.toBe(hashRequest(parsed));
});

test.each([
  ["amount", { amount: "1500.01" }],
  ["custody_days", { custody_days: 6 }],
  ["payout_clabe", { payout_clabe: "646180157000000004" }],
  ["description", { description: "otra" }],
])("another %s under the same external_id is refused", async (name, change) => {
  const body = { ...goodPayment(), external_id: `otra-${name}` };
  const first = paymentView.parse((await api.post("/api/payments", body)).body);
  const rows = await api.countRows();
  expect(await api.post("/api/payments", { ...body, ...change })).toMatchObject({
    status: 409,
    body: {
      type: "/problems/external_id_reused",
      pointer: "/external_id",
      detail: expect.stringContaining(`pago ${first.id} `),
    },
  });
  expect(await api.countRows()).toBe(rows);
});

test("an external_id and an Idempotency-Key of the same text are two keys", async () => {
  await api.create({ external_id: "mismo" });
  expect((await api.post("/api/payments", goodPayment(), { "idempotency-key": "mismo" })).status).toBe(201);
});

test("a repeat is answered even when its custody_end has passed meanwhile", async () => {
  const body = { ...goodPayment(), external_id: "tarde", custody_end: new Date(NOW_MS + 2_000).toISOString() };
  const { custody_days: _, ...demo } = body;
  const first = await api.post("/api/payments", demo);
  expect(first.status).toBe(201);
  nowMs = NOW_MS + 60_000;
  const second = await api.post("/api/payments", demo);
  expect(second.status).toBe(200);
  expect(second.body).toEqual(first.body);
  expect((await api.post("/api/payments", { ...demo, external_id: "nuevo" })).status).toBe(400);
  nowMs = NOW_MS;
});

test("a refused request leaves its key free", async () => {
  const body = { ...goodPayment(), external_id: "corregido" };
  expect((await api.post("/api/payments", { ...body, amount: "1" })).status).toBe(400);
  expect((await api.post("/api/payments", { ...body, id: (await api.create()).id })).status).toBe(409);
  expect((await api.post("/api/payments", body)).status).toBe(201);
});

test("of equal requests at the same time one creates, and all answer that payment", async () => {
  const body = { ...goodPayment(), deposit_clabe: newClabe(), external_id: "a-la-vez" };
  const answers = await Promise.all(Array.from({ length: 6 }, () => api.post("/api/payments", body)));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
  expect(new Set(answers.map((answer) => paymentView.parse(answer.body).id)).size).toBe(1);
});
