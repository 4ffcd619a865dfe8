import { afterAll, beforeEach, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { healBreak, openBreak } from "../../reactor/store/breaks.ts";
import { openApi } from "./openApi.ts";
import { stolenTokens } from "./stolenTokens.ts";

const api = await openApi();
afterAll(() => api.close());
const ana = await api.person("Ana", ["read", "operate"]);
const beto = await api.person("Beto", ["read", "operate"]);
const REASON = { reason: "lo movió Ana por error" };

beforeEach(() => api.pool.query("truncate kustodia.break restart identity cascade"));

test("a break is listed with what it is, what to do first and the evidence of each side", async () => {
  await openBreak(api.db, stolenTokens);
  const { body } = await api.get("/api/breaks");
  expect(body).toMatchObject({
    breaks: [
      {
        ...{
          number: 1,
          account: FIRST_ACCOUNT,
          kind: "stolen_tokens",
          state: "open",
          amount: "1500.00",
          owner: null,
          payment_id: null,
        },
        is_es: expect.stringContaining("sin orden nuestra"),
        next_en: expect.stringContaining("Stop outgoing money"),
        sides: { books: {}, bank: {}, chain: { txHash: "0xabc" } },
      },
    ],
    next_before: null,
  });
  expect((await api.app.request("/api/breaks")).status).toBe(401);
  expect(await api.get("/api/breaks/7")).toMatchObject({ status: 404, body: { type: "/problems/break_not_found" } });
});

test("a page of breaks goes on below the last one, of one state or of all", async () => {
  for (const outsideId of ["a", "b", "c"]) await openBreak(api.db, { ...stolenTokens, outsideId });
  await healBreak(api.db, 2, { block: "9" });
  const numbers = async (query: string) => {
    const { body } = await api.get(`/api/breaks?${query}`);
    const { breaks, next_before } = body as { breaks: { number: number }[]; next_before: number | null };
    return [breaks.map(({ number }) => number), next_before];
  };
  expect(await numbers("limit=2")).toEqual([[3, 2], 2]);
  expect(await numbers("limit=2&before=2")).toEqual([[1], null]);
  expect(await numbers("state=closed")).toEqual([[2], null]);
  expect(await numbers("state=open")).toEqual([[3, 1], null]);
});

test("a person takes a break, explains it and closes it with a reason, in this order, and the history says so", async () => {
  await openBreak(api.db, stolenTokens);
  expect(await api.post("/api/breaks/1/take", REASON)).toMatchObject({ status: 403 });
  expect(await ana.post("/api/breaks/1/close", REASON)).toMatchObject({
    status: 409,
    body: { type: "/problems/break_not_there" },
  });
  expect(await ana.post("/api/breaks/1/take", REASON)).toMatchObject({
    status: 200,
    body: { state: "in_work", owner: "Ana" },
  });
  expect(await ana.post("/api/breaks/1/explain", REASON)).toMatchObject({
    body: { state: "explained", explanation: REASON.reason },
  });
  expect(await beto.post("/api/breaks/1/close", {})).toMatchObject({ status: 400 });
  expect(await beto.post("/api/breaks/1/close", REASON)).toMatchObject({
    body: { state: "closed", owner: "Ana", closed_by: "Beto", close_reason: REASON.reason, healed_at: null },
  });
  expect(await ana.post("/api/breaks/1/take", REASON)).toMatchObject({ status: 409 });
  const { rows } = await api.pool.query("select actor, es from kustodia.event where es like 'Descuadre%' order by id");
  expect(rows).toEqual([
    { actor: "Ana", es: `Descuadre 1 en trabajo. Motivo: ${REASON.reason}` },
    { actor: "Ana", es: `Descuadre 1 explicado. Motivo: ${REASON.reason}` },
    { actor: "Beto", es: `Descuadre 1 cerrado. Motivo: ${REASON.reason}` },
  ]);
});

test("a step is meant for the break as it was read, and is done once under its key", async () => {
  await openBreak(api.db, stolenTokens);
  const etag = (await ana.get("/api/breaks/1")).headers.get("etag") ?? "";
  const once = { "if-match": etag, "idempotency-key": "una vez" };
  expect(await ana.post("/api/breaks/1/take", REASON, once)).toMatchObject({ status: 200 });
  const again = await ana.post("/api/breaks/1/take", REASON, once);
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  expect(await beto.post("/api/breaks/1/take", REASON, { "if-match": etag })).toMatchObject({
    status: 412,
    body: { type: "/problems/changed_meanwhile" },
  });
});

test("a break that has healed is closed by itself, and stays so", async () => {
  await openBreak(api.db, stolenTokens);
  await healBreak(api.db, 1, { block: "12" });
  expect((await api.get("/api/breaks/1")).body).toMatchObject({
    ...{ state: "closed", healed: { block: "12" }, closed_by: null, healed_at: expect.any(String) },
  });
  expect(await ana.post("/api/breaks/1/take", REASON)).toMatchObject({ status: 409 });
});
