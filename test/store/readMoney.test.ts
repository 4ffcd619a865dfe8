import { afterAll, expect, test } from "vitest";
import { readMoney, rollUpMoney } from "../../reactor/store/readMoney.ts";
import { freshStore, readLegRow, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

const paymentId = await storePayment(store.db);
const { id: legId } = await readLegRow(store.db, paymentId, "custody");
const move = (from: string, to: string, centavos: number, state: string, age: string) =>
  store.pool.query(
    `insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, closed_at)
     values ($1, $2, $3, $4, $5, case when $5 = 'pending' then null else now() - $6::interval end)`,
    [legId, from, to, centavos, state, age],
  );
const byPlace = async () => Object.fromEntries((await readMoney(store.db)).map(({ place, ...rest }) => [place, rest]));

test("money stands where it was moved to; what is taken into the rollup is counted once, and not looked at again", async () => {
  await move("buyer", "juno", 500, "posted", "2 days");
  await move("juno", "bridge", 300, "posted", "1 hour");
  await move("juno", "bridge", 70, "voided", "1 hour");
  await move("bridge", "escrow", 100, "posted", "1 minute");
  await move("juno", "bridge", 40, "pending", "0");
  const before = await byPlace();
  expect(before).toEqual({
    buyer: { centavos: -500n, leavingCentavos: 0n },
    juno: { centavos: 200n, leavingCentavos: 40n },
    bridge: { centavos: 200n, leavingCentavos: 0n },
    escrow: { centavos: 100n, leavingCentavos: 0n },
  });
  await rollUpMoney(store.db);
  await rollUpMoney(store.db);
  expect(await byPlace()).toEqual(before);
  // Nobody deletes a movement; were an old one gone, only a reading that goes through all of them would see it.
  await store.pool.query("delete from kustodia.transfer where closed_at < now() - interval '30 minutes'");
  expect(await byPlace()).toEqual(before);
});

test("two reactors that roll up at once count nothing twice", async () => {
  await move("escrow", "bridge", 100, "posted", "20 minutes");
  await store.pool.query("update kustodia.money_rollup set through = now() - interval '1 hour'");
  const before = await byPlace();
  await Promise.all([rollUpMoney(store.db), rollUpMoney(store.db), rollUpMoney(store.db)]);
  expect(await byPlace()).toEqual(before);
});
