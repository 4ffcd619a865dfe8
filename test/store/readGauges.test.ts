import { afterAll, expect, test } from "vitest";
import { type LegKind, tables } from "../../reactor/payments/leg.ts";
import { readGauges } from "../../reactor/store/readGauges.ts";
import { freshStore, putLeg, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

const rowsOf = (kind: string): Readonly<Record<string, object>> => tables[kind as LegKind];

test("legs are counted in every state in which they go on, and in none that is an end", async () => {
  for (const kind of Object.keys(tables) as LegKind[]) {
    for (const state of Object.keys(rowsOf(kind))) await putLeg(store.db, await storePayment(store.db), kind, state);
  }
  await store.pool.query(
    "update kustodia.leg set state = 'review', review_from = state where id = (select min(id) from kustodia.leg)",
  );
  const { rows } = await store.pool.query<{ kind: string; state: string; count: number }>(
    "select kind, state, count(*)::int as count from kustodia.leg group by kind, state",
  );
  const goingOn = rows.filter(({ kind, state }) => !("end" in (rowsOf(kind)[state] ?? {})));
  const { legs } = await readGauges(store.db);
  expect(new Set(legs.map(({ kind, state, count }) => ({ kind, state, count })))).toEqual(new Set(goingOn));
  expect(goingOn.length).toBeGreaterThan(20);
});
