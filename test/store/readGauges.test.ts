import { afterAll, expect, test } from "vitest";
import { type LegKind, tables } from "../../reactor/payments/leg.ts";
import { lastRuns } from "../../reactor/store/processRuns.ts";
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

test("a process that fails on one bank account is not hidden by its runs on another", async () => {
  const SYNC_MINUTES_AGO = { principal: 1, norte: 90, sur: 400 };
  await store.pool.query(`insert into kustodia.lane (name, account, state, set_by, reason)
    values ('norte', 'norte', 'open', '{Ana,Beto}', 'prueba'), ('sur', 'sur', 'retired', '{Ana}', 'prueba')`);
  for (const [account, minutes] of Object.entries(SYNC_MINUTES_AGO))
    await store.pool.query(
      `insert into kustodia.process_run (process, account, started_by, started_at, finished_at)
       values ('sync', $1, 'reloj', now(), now() - make_interval(mins => $2))`,
      [account, minutes],
    );
  const { processes } = await readGauges(store.db);
  const [sync] = processes;
  expect(processes).toEqual([{ process: "sync", sinceSuccessS: expect.any(Number) }]);
  expect(Math.trunc((sync?.sinceSuccessS ?? 0) / 60)).toBe(SYNC_MINUTES_AGO.norte);
  expect(await lastRuns(store.db, "norte", ["sync", "deposits"])).toMatchObject([
    { process: "sync", account: "norte" },
  ]);
});
