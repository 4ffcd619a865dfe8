import { afterAll, expect, test } from "vitest";
import { freeDeposit, insertClaims } from "../../reactor/store/claims.ts";
import { freshStore, readLeg, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());
const { db } = store;
const depositLeg = async () => (await readLeg(db, await storePayment(db), "deposit")).id;
const issuance = (outsideId: string) => [{ source: "issuance", outsideId } as const];

test("one outside fact closes one effect: a second leg cannot have it, and the error says whose it is", async () => {
  const [first, second] = [await depositLeg(), await depositLeg()];
  await insertClaims(db, first, issuance("i-1"));
  await expect(insertClaims(db, second, issuance("i-1"))).rejects.toThrow(
    `issuance i-1 already belongs to leg ${first}, so leg ${second} cannot use it.`,
  );
});

test("claiming again what a leg has is harmless", async () => {
  const leg = await depositLeg();
  await insertClaims(db, leg, issuance("i-2"));
  await insertClaims(db, leg, issuance("i-2"));
  const { rows } = await store.pool.query("select 1 from kustodia.claim where outside_id = 'i-2'");
  expect(rows).toHaveLength(1);
});

test("the same name from another source is another fact", async () => {
  const [first, second] = [await depositLeg(), await depositLeg()];
  await insertClaims(db, first, [{ source: "issuance", outsideId: "same" }]);
  await insertClaims(db, second, [{ source: "spei_deposit", outsideId: "same" }]);
});

test("of many legs that claim one fact at the same moment exactly one has it", async () => {
  const legs = await Promise.all(Array.from({ length: 12 }, depositLeg));
  const results = await Promise.allSettled(
    legs.map((leg) => db.transaction((tx) => insertClaims(tx, leg, issuance("i-3")))),
  );
  expect(results.filter((one) => one.status === "fulfilled")).toHaveLength(1);
});

test("a deposit given back can be claimed again; what proves a movement never can", async () => {
  const [first, second] = [await depositLeg(), await depositLeg()];
  await insertClaims(db, first, [
    ...issuance("i-4"),
    { source: "spei_deposit", outsideId: "f-4" },
    { source: "token_transfer", outsideId: "t-4" },
  ]);
  await freeDeposit(db, first);
  await insertClaims(db, second, [...issuance("i-4"), { source: "spei_deposit", outsideId: "f-4" }]);
  await expect(insertClaims(db, second, [{ source: "token_transfer", outsideId: "t-4" }])).rejects.toThrow(
    /already belongs/,
  );
});
