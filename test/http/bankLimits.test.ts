import { afterAll, expect, test } from "vitest";
import { goodPayment, openApi } from "./openApi.ts";

const api = await openApi({ bankLimits: { operationCentavos: 5_000_000n, dayCentavos: 8_000_000n } });
afterAll(() => api.close());
const ask = (amount: string) => api.post("/api/payments", { ...goodPayment(), amount });

test("a payment above what the bank moves at once is refused with the limit, and no payment is stored", async () => {
  expect(await ask("50000.01")).toMatchObject({
    status: 422,
    body: {
      type: "/problems/over_bank_operation",
      pointer: "/amount",
      detail: "amount: $50,000.01 pasa el límite del banco por operación, $50,000.00.",
    },
  });
  expect((await api.get("/api/payments")).body).toMatchObject({ payments: [] });
});

test("the day's payments stay within the bank's day, also when many ask at once for what is left; one that is called off gives its place back", async () => {
  expect((await ask("50000.00")).status).toBe(201);
  // Each has its own connection open: they then really are at once.
  await Promise.all(Array.from({ length: 8 }, () => api.db.execute("select pg_sleep(0.2)")));
  const many = await Promise.all(Array.from({ length: 8 }, () => ask("20000.00")));
  expect(many.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(many.find(({ status }) => status === 422)).toMatchObject({
    body: { type: "/problems/over_bank_day", detail: expect.stringContaining("$80,000.00") },
  });
  expect((await ask("10000.00")).status).toBe(201);
  expect((await ask("100.00")).status).toBe(422);
  await api.pool.query("update kustodia.payment set status = 'cancelled' where amount_centavos = 1000000");
  await api.pool.query(
    "update kustodia.payment set created_at = now() - interval '1 day' where amount_centavos = 2000000",
  );
  expect((await ask("30000.00")).status).toBe(201);
  expect((await ask("100.00")).status).toBe(422);
});
