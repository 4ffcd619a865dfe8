import { afterAll, expect, test } from "vitest";
import { addUpPayments, countPayments } from "../../reactor/store/countPayments.ts";
import { freshStore, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

/** What a count of all payments says, in the same words. */
async function counted() {
  const { rows } = await store.pool.query<{ status: string; count: number; centavos: string }>(
    "select status, count(*)::int as count, sum(amount_centavos)::text as centavos from kustodia.payment group by status",
  );
  return rows.map(({ centavos, ...row }) => ({ ...row, centavos: BigInt(centavos) }));
}
const sameAsCounted = async () =>
  expect([...(await countPayments(store.db))].sort(byStatus)).toEqual((await counted()).sort(byStatus));
const byStatus = (a: { status: string }, b: { status: string }) => a.status.localeCompare(b.status);

test("the tally says what counting all payments says, whatever is stored and changed", async () => {
  const ids = [await storePayment(store.db), await storePayment(store.db), await storePayment(store.db)];
  await sameAsCounted();
  await store.pool.query("update kustodia.payment set status = 'active' where id = any($1)", [ids]);
  await store.pool.query("update kustodia.payment set status = 'completed', held = true where id = $1", [ids[0]]);
  await store.pool.query("update kustodia.payment set held = true");
  await sameAsCounted();
  await store.pool.query("update kustodia.payment set amount_centavos = amount_centavos + 7 where id = $1", [ids[1]]);
  await sameAsCounted();
});

test("added up by several at once, while payments change, it loses and doubles nothing", async () => {
  await Promise.all(Array.from({ length: 20 }, () => storePayment(store.db)));
  const change = (status: string) =>
    store.pool.query("update kustodia.payment set status = $1 where id % 3 = 0", [status]);
  await Promise.all([
    addUpPayments(store.db),
    change("active"),
    addUpPayments(store.db),
    change("released"),
    addUpPayments(store.db),
  ]);
  await sameAsCounted();
  await addUpPayments(store.db);
  await sameAsCounted();
  const { rows } = await store.pool.query("select count(*)::int as rows from kustodia.payment_tally");
  expect(rows[0]?.rows).toBeLessThanOrEqual(4);
});
