import { afterAll, expect, test } from "vitest";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { freshStore, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());
const paymentId = await storePayment(store.db);

test("events are stored in both languages, in order, and come back as they were stored", async () => {
  const stored = await appendEvents(store.db, [
    { paymentId, legId: null, type: "deposito_emitido", data: { amount: "$1,500.50" }, actor: "kustodia" },
    { paymentId, legId: null, type: "en_revision", data: {}, actor: "kustodia" },
  ]);
  expect(stored).toMatchObject([
    { type: "deposito_emitido", es: "$1,500.50 emitidos en MXNB", en: "$1,500.50 issued as MXNB" },
    { type: "en_revision", es: "Requiere revisión: —", en: "Needs review: —" },
  ]);
  expect(stored[1]?.id).toBeGreaterThan(stored[0]?.id ?? Number.POSITIVE_INFINITY);
  expect(await appendEvents(store.db, [])).toEqual([]);
});

test("each of many is answered with its own number, also where numbers grow longer", async () => {
  const events = Array.from({ length: 120 }, (_, nth) => ({
    ...({ paymentId, legId: null, type: "deposito_emitido", actor: "kustodia" } as const),
    data: { amount: String(nth) },
  }));
  const stored = await appendEvents(store.db, events);
  const { rows } = await store.pool.query<{ id: number; amount: string }>(
    "select id, data ->> 'amount' as amount from kustodia.event where data ->> 'amount' ~ '^[0-9]+$' order by id",
  );
  expect(stored.map(({ id, data }) => [id, data.amount])).toEqual(rows.map(({ id, amount }) => [id, amount]));
});

test.each([
  ["changed", "update kustodia.event set es = 'otra cosa'"],
  ["changed, be it into itself", "update kustodia.event set es = es where false"],
  ["deleted", "delete from kustodia.event"],
  ["emptied", "truncate kustodia.event"],
  ["emptied with what it hangs on", "truncate kustodia.payment cascade"],
])("the history is never %s", async (_what, statement) => {
  const count = async () => (await store.pool.query("select count(*) from kustodia.event")).rows[0];
  const before = await count();
  await expect(store.pool.query(statement)).rejects.toThrow(/append-only/);
  expect(await count()).toEqual(before);
});
