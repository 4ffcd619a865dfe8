import { afterAll, expect, test } from "vitest";
import { HOUR_MS } from "../../reactor/payments/table.ts";
import { balancesAt } from "../../reactor/store/balancesAt.ts";
import { closeBooks } from "../../reactor/store/closeBooks.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { freshStore, readLegRow, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

const { id: legId } = await readLegRow(store.db, await storePayment(store.db), "custody");
const nowMs = Date.now();
const agoMs = (hours: number) => nowMs - hours * HOUR_MS;
/** Moves centavos at a moment, as if the movement had been posted then. */
const move = (from: string, to: string, centavos: number, hoursAgo: number) =>
  store.pool.query(
    `insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, created_at, closed_at)
     values ($1, $2, $3, $4, 'posted', $5, $5)`,
    [legId, from, to, centavos, new Date(agoMs(hoursAgo))],
  );
const at = async (ms: number | null) =>
  Object.fromEntries((await balancesAt(store.db, ms)).map(({ account, centavos }) => [account, centavos]));

test("the balances of any past moment are what had been posted by then, and together nothing", async () => {
  expect(await at(null)).toEqual({});
  await move("buyer", "juno", 500, 48);
  await move("juno", "bridge", 300, 30);
  await move("bridge", "escrow", 100, 2);
  expect(await at(agoMs(49))).toEqual({});
  expect(await at(agoMs(40))).toEqual({ buyer: -500n, juno: 500n });
  expect(await at(agoMs(3))).toEqual({ buyer: -500n, juno: 200n, bridge: 300n });
  expect(await at(null)).toEqual({ buyer: -500n, juno: 200n, bridge: 200n, escrow: 100n });
});

test("closed books say the same at every moment, and no old entry is looked at for it", async () => {
  const before = await Promise.all([agoMs(40), agoMs(3), null].map(at));
  await Promise.all([closeBooks(store.db), closeBooks(store.db), closeBooks(store.db)]);
  await closeBooks(store.db);
  expect((await store.pool.query("select count(*)::int from kustodia.closing")).rows).toEqual([{ count: 1 }]);
  expect(await Promise.all([agoMs(40), agoMs(3), null].map(at))).toEqual(before);
  // Nobody deletes an entry; were the old ones gone, only a reading that goes through all of them would see it.
  await withoutTriggers(
    store.pool,
    "delete from kustodia.entry where posted_at < (select through from kustodia.closing)",
  );
  expect(await at(null)).toEqual(before[2]);
});

test("nothing is posted into closed books, be the clock set back: it counts from after the closing", async () => {
  const before = await at(null);
  const { rows } = await store.pool.query<{ ms: string }>(
    "select extract(epoch from through) * 1000 as ms from kustodia.closing",
  );
  const closedMs = Number(rows[0]?.ms);
  await move("juno", "bridge", 7, 24);
  expect(await at(closedMs)).toEqual(before);
  expect(await at(null)).toEqual({ ...before, juno: 193n, bridge: 207n });
});
