import { afterAll, expect, test } from "vitest";
import { findProposedAccount, forgetProposedAccounts, proposeAccount } from "../../reactor/store/payoutAccounts.ts";
import { freshStore, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const GIVEN = { legalName: "Beto", clabe: "002115016003269411", payee: "seller", givenBy: "Ana", reason: "x" } as const;
const age = (id: number, by: string) =>
  pool.query("update kustodia.payout_account set given_at = given_at - $2::interval where id = $1", [id, by]);
const inForce = async () =>
  (await pool.query("select id from kustodia.payout_account where leg_id is not null order by id")).rows;

test("an account that a plan proposed is forgotten once nobody can confirm that plan any more, and one in force never", async () => {
  await storePayment(db);
  const paid = await inForce();
  expect(paid.length).toBeGreaterThan(0);
  await pool.query("update kustodia.payout_account set given_at = now() - interval '1 year'");
  const [open, over] = [await proposeAccount(db, GIVEN), await proposeAccount(db, GIVEN)];
  // A plan lives for an hour from its own beginning, which is a moment after its account's.
  await age(open, "1 hour 59 minutes");
  await age(over, "2 hours 1 minute");
  expect(await forgetProposedAccounts(db)).toBe(1);
  expect(await findProposedAccount(db, over)).toBeNull();
  expect(await findProposedAccount(db, open)).toMatchObject({ clabe: GIVEN.clabe });
  expect(await inForce()).toEqual(paid);
});
