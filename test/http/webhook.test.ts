import { afterAll, expect, test } from "vitest";
import { openApi } from "./openApi.ts";

/** What was stored when the bell rang, counted through another connection. */
const storedAtTheBell: Promise<number>[] = [];
const api = await openApi({ doorbell: () => void storedAtTheBell.push(countDeliveries()) });
afterAll(() => api.close());

const countDeliveries = async () => {
  const { rows } = await api.pool.query<{ n: number }>("select count(*)::int as n from kustodia.webhook_delivery");
  return rows[0]?.n ?? 0;
};
const ring = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
  api.app.request("/webhooks/juno", { method: "POST", headers, body });

test("a webhook is stored as it came and answered, and the bell rings", async () => {
  const body = '{"event": "TRANSACTION", "payload": {"id": "tx-1", "note": "ñ", "amount": 12345678901234567890.10}}';
  const response = await ring(body);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ received: true });
  const { rows } = await api.pool.query("select body::text from kustodia.webhook_delivery");
  expect(rows).toEqual([{ body: expect.stringContaining('"amount": 12345678901234567890.10') }]);
  expect(await Promise.all(storedAtTheBell)).toEqual([1]);
});

test("the bell does not ring for what could not be stored", async () => {
  const deaf = await openApi();
  await deaf.pool.query("drop table kustodia.webhook_delivery");
  expect((await deaf.post("/webhooks/juno", { event: "TRANSACTION" })).status).toBe(500);
  expect(deaf.heard.doorbells).toBe(0);
  await deaf.close();
});

test("the bank's content type is not looked at", async () => {
  expect((await ring('{"event":"funding"}', { "content-type": "text/plain" })).status).toBe(200);
});

test.each([
  ["malformed JSON", "{", 400],
  ["nothing", "", 400],
  ["a NUL that Postgres cannot keep", '{"event":"a\\u0000"}', 400],
  ["half a character", '{"event":"\\ud800"}', 400],
  ["nesting without end", `${"[".repeat(32_000)}${"]".repeat(32_000)}`, 400],
  ["too much", `"${"x".repeat(64 * 1024)}"`, 413],
])("%s is refused and not stored", async (_, body, status) => {
  const before = await countDeliveries();
  const bells = storedAtTheBell.length;
  expect((await ring(body)).status).toBe(status);
  expect(await countDeliveries()).toBe(before);
  expect(storedAtTheBell).toHaveLength(bells);
  expect(api.heard.failures).toEqual([]);
});
