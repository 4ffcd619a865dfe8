import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { assignDeposits } from "../../reactor/store/assignDeposits.ts";
import { freeDeposit, insertClaims } from "../../reactor/store/claims.ts";
import { unclaimed } from "../../reactor/store/schema/index.ts";
import { freshClabe, freshStore, putLeg, readLegRow, storePayment } from "./freshStore.ts";
import { issuance, read, speiDeposit } from "./readings.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

const listed = async (id: string) =>
  (await db.select().from(unclaimed).where(eq(unclaimed.outsideId, id))).map(({ source }) => source);

test("what the bank lists and no leg has is on the list: issuances, deposits and debits, and nothing else", async () => {
  const [money, debit, other, fid] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await read(db, {
    transactions: [
      issuance(money),
      issuance(debit, { type: "REDEMPTION" }),
      issuance(other, { type: "CRYPTO_DEPOSIT" }),
    ],
    deposits: [speiDeposit(fid)],
  });
  expect(await listed(money)).toEqual(["issuance"]);
  expect(await listed(debit)).toEqual(["bank_transaction"]);
  expect(await listed(fid)).toEqual(["spei_deposit"]);
  expect(await listed(other)).toEqual([]);
});

test("what is claimed leaves it for ever, be the claim freed or the transaction read again", async () => {
  const [id, clabe] = [randomUUID(), freshClabe()];
  const paymentId = await storePayment(db, clabe);
  await read(db, { transactions: [issuance(id, { receiverClabe: clabe })] });
  await assignDeposits(db, "accept");
  expect(await listed(id)).toEqual([]);
  await freeDeposit(db, (await readLegRow(db, paymentId, "deposit")).id);
  await read(db, { transactions: [issuance(id, { receiverClabe: clabe, status: "FAILED" })] });
  expect(await listed(id)).toEqual([]);
});

test("what was claimed before the bank listed it does not come onto it", async () => {
  const id = randomUUID();
  const leg = await putLeg(db, await storePayment(db), "payout", "paying");
  await insertClaims(db, leg.id, [{ source: "bank_transaction", outsideId: id }]);
  await read(db, { transactions: [issuance(id, { type: "REDEMPTION" })] });
  expect(await listed(id)).toEqual([]);
});

test("what stayed on it though it was claimed is not given again", async () => {
  const [id, clabe] = [randomUUID(), freshClabe()];
  await storePayment(db, clabe);
  await read(db, { transactions: [issuance(id, { receiverClabe: clabe })] });
  await assignDeposits(db, "accept");
  await db.insert(unclaimed).values({ source: "issuance", outsideId: id });
  await storePayment(db, clabe);
  expect((await assignDeposits(db, "accept")).assigned).toBe(0);
});
