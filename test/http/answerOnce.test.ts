import { afterAll, expect, test } from "vitest";
import type { ProcessResult } from "../../reactor/http/ports.ts";
import { paymentView } from "../../reactor/http/wire/paymentView.ts";
import { goodPayment, openApi } from "./openApi.ts";

let runs = 0;
/** Each run of a process waits for this. */
let gate: Promise<void> = Promise.resolve();
const api = await openApi({
  runProcess: async (): Promise<ProcessResult> => {
    runs++;
    await gate;
    return { outcome: "done", result: { run: runs } };
  },
});
afterAll(() => api.close());

const REUSED = "/problems/idempotency_key_reused";
const TRIGGER = "/api/automation/trigger";
const DEPOSITS = { process: "deposits" };
const withKey = (key: string) => ({ "idempotency-key": key });
const replayed = (answer: { headers: Headers }) => answer.headers.get("idempotent-replayed");

test("a repeat is not done again: it is given the first answer, and told so", async () => {
  const first = await api.post(TRIGGER, DEPOSITS, withKey("once"));
  expect([first.status, replayed(first)]).toEqual([200, null]);
  const ran = runs;
  // Spaces and the order of fields mean nothing.
  const second = await api.post(TRIGGER, ' { "process" : "deposits" } ', withKey("once"));
  expect(second).toMatchObject({ status: first.status, body: first.body as object });
  expect(replayed(second)).toBe("true");
  expect(runs).toBe(ran);
});

test("the same key with another body, or for another route, is refused", async () => {
  await api.post(TRIGGER, DEPOSITS, withKey("other"));
  const ran = runs;
  expect(await api.post(TRIGGER, { process: "sync" }, withKey("other"))).toMatchObject({
    status: 409,
    body: { type: REUSED },
  });
  expect(await api.post("/api/payments", DEPOSITS, withKey("other"))).toMatchObject({
    status: 409,
    body: { type: REUSED },
  });
  expect(runs).toBe(ran);
});

test("without a key each request is done", async () => {
  const ran = runs;
  await api.post(TRIGGER, DEPOSITS);
  await api.post(TRIGGER, DEPOSITS);
  expect(runs).toBe(ran + 2);
});

test("a key is its owner's: another person's same key is another", async () => {
  const ana = await api.person("Ana", ["operate"]);
  await api.post(TRIGGER, DEPOSITS, withKey("mine"));
  const ran = runs;
  expect(replayed(await ana.post(TRIGGER, DEPOSITS, withKey("mine")))).toBeNull();
  expect(runs).toBe(ran + 1);
});

test("a payment is made once, and its repeat is answered as the first was", async () => {
  const body = goodPayment();
  const first = await api.post("/api/payments", body, withKey("pago"));
  expect(first.status).toBe(201);
  const rows = await api.countRows();
  const second = await api.post("/api/payments", body, withKey("pago"));
  expect(second).toMatchObject({ status: 201, body: first.body as object });
  expect(await api.countRows()).toBe(rows);
  const other = await api.post("/api/payments", { ...body, amount: "300.00" }, withKey("pago"));
  expect(other).toMatchObject({ status: 409, body: { type: REUSED } });
});

test("a process that died before it kept its answer has made its payment once", async () => {
  const body = { ...goodPayment(), allow_same_amount: true };
  const first = paymentView.parse((await api.post("/api/payments", body, withKey("caído"))).body);
  await api.pool.query("update kustodia.idempotency_key set status = null, body = null where key like '%caído'");
  const second = paymentView.parse((await api.post("/api/payments", body, withKey("caído"))).body);
  expect(second.id).toBe(first.id);
});

test("a refusal is not kept: the request may be mended under its key", async () => {
  expect((await api.post(TRIGGER, { process: "todo" }, withKey("mended"))).status).toBe(400);
  expect((await api.post(TRIGGER, DEPOSITS, withKey("mended"))).status).toBe(200);
});

test("while the first is being answered a repeat does nothing; what died is taken up after a minute", async () => {
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const ran = runs;
  const first = api.post(TRIGGER, DEPOSITS, withKey("slow"));
  await expect.poll(() => runs).toBe(ran + 1);
  expect(await api.post(TRIGGER, DEPOSITS, withKey("slow"))).toMatchObject({
    status: 409,
    body: { type: "/problems/still_answering" },
  });
  await api.pool.query("update kustodia.idempotency_key set taken_at = now() - interval '61 seconds'");
  const taken = api.post(TRIGGER, DEPOSITS, withKey("slow"));
  await expect.poll(() => runs).toBe(ran + 2);
  open();
  expect((await Promise.all([first, taken])).map(({ status }) => status)).toEqual([200, 200]);
});

test("of equal requests at the same time one is done", async () => {
  const ran = runs;
  const answers = await Promise.all([1, 2, 3, 4].map(() => api.post(TRIGGER, DEPOSITS, withKey("together"))));
  expect(runs).toBe(ran + 1);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
});

test("a new key's secret is not kept to be replayed", async () => {
  const body = { owner: "Beto", owner_kind: "person", scopes: ["read"], reason: "prueba" };
  const first = await api.post("/api/keys", body, withKey("clave"));
  const { id, key } = first.body as { id: string; key: string };
  expect((await api.post("/api/keys", body, withKey("clave"))).body).toMatchObject({ id, key: null });
  const { rows } = await api.pool.query("select * from kustodia.idempotency_key where key like '%clave'");
  expect(JSON.stringify(rows)).not.toContain(key.split("_")[2]);
});

test("a key that is too long is refused in a sentence", async () => {
  expect(await api.post(TRIGGER, DEPOSITS, withKey("x".repeat(201)))).toMatchObject({
    status: 400,
    body: { type: "/problems/too_long" },
  });
});

test("every POST that needs a key takes an Idempotency-Key", () => {
  const posts = api.app.openAPIRegistry.definitions.flatMap((one) =>
    one.type === "route" && one.route.method === "post" && one.route.path.startsWith("/api/") ? [one.route] : [],
  );
  expect(posts.length).toBeGreaterThan(4);
  const without = posts.filter(({ request }) => request?.headers === undefined);
  expect(without.map(({ path }) => path)).toEqual([]);
});
