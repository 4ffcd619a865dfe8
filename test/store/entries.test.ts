import { afterAll, describe, expect, test } from "vitest";
import {
  postArrival,
  postMovement,
  reserve,
  reserveAll,
  settleTransfers,
  settleTransfersOf,
  suspend,
} from "../../reactor/store/transfers.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { AMOUNT_CENTAVOS, freshStore, putLeg, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const custody = async () => putLeg(db, await storePayment(db), "custody", "withdrawing");
const linesOf = async (legId: number) => {
  const { rows } = await pool.query<{ account: string; amount_centavos: string }>(
    "select account, amount_centavos from kustodia.entry where leg_id = $1 order by id",
    [legId],
  );
  return rows.map(({ account, amount_centavos }) => [account, BigInt(amount_centavos)]);
};
const A = AMOUNT_CENTAVOS;

describe("a movement's entries", () => {
  test("say that its money is in transit while it is under way, and where it came to rest once that is proven", async () => {
    const leg = await custody();
    await reserve(db, leg, null, { from: "juno", to: "bridge" });
    expect(await linesOf(leg.id)).toEqual([
      ["juno", -A],
      ["in_transit", A],
    ]);
    await settleTransfers(db, leg.id, "posted");
    expect((await linesOf(leg.id)).slice(2)).toEqual([
      ["in_transit", -A],
      ["bridge", A],
    ]);
  });

  test("take it back to where it was once it is proven that it did not happen", async () => {
    const leg = await custody();
    await reserve(db, leg, null, { from: "juno", to: "bridge" });
    await settleTransfers(db, leg.id, "voided");
    expect((await linesOf(leg.id)).slice(2)).toEqual([
      ["in_transit", -A],
      ["juno", A],
    ]);
  });

  test("of money that waited in suspense come out of suspense, of other money from outside", async () => {
    const [known, waited] = [await custody(), await custody()];
    await suspend(db, { issuanceId: "waited", amountCentavos: A, from: "buyer" });
    await suspend(db, { issuanceId: "waited", amountCentavos: A, from: "buyer" });
    await postArrival(db, waited, "waited", "buyer");
    await postArrival(db, known, "known", "buyer");
    expect(await linesOf(waited.id)).toEqual([
      ["suspense", -A],
      ["juno", A],
    ]);
    expect(await linesOf(known.id)).toEqual([
      ["buyer", -A],
      ["juno", A],
    ]);
    const { rows } = await pool.query("select sum(amount_centavos) from kustodia.entry where account = 'suspense'");
    expect(rows).toEqual([{ sum: "0" }]);
  });

  test("are each movement's own, of several that one statement makes and another one ends", async () => {
    const [posted, voided] = [await custody(), await custody()];
    const way = { from: "juno", to: "bridge" } as const;
    await reserveAll(db, [
      [posted, null, way],
      [voided, null, way],
    ]);
    await settleTransfersOf(db, [
      [posted.id, "posted"],
      [voided.id, "voided"],
    ]);
    const begun = [
      ["juno", -A],
      ["in_transit", A],
      ["in_transit", -A],
    ];
    expect(await linesOf(posted.id)).toEqual([...begun, ["bridge", A]]);
    expect(await linesOf(voided.id)).toEqual([...begun, ["juno", A]]);
  });

  test("are of one issuance once: the second time that it arrives is refused", async () => {
    const [one, other] = [await custody(), await custody()];
    await postArrival(db, one, "arrives once", "buyer");
    await expect(postArrival(db, other, "arrives once", "buyer")).rejects.toThrow();
  });

  test("are kept with the movement or not at all", async () => {
    const leg = await custody();
    const failed = db.transaction(async (tx) => {
      await postMovement(tx, leg, { from: "bridge", to: "juno" });
      throw new Error("later in the transaction");
    });
    await expect(failed).rejects.toThrow("later");
    expect(await linesOf(leg.id)).toEqual([]);
  });
});

describe("the database refuses", async () => {
  const leg = await custody();
  await reserve(db, leg, null, { from: "juno", to: "bridge" });
  const other = await custody();
  await postMovement(db, other, { from: "buyer", to: "juno" });

  test.each([
    ["an entry that is changed", "update kustodia.entry set amount_centavos = amount_centavos + 1", /append-only/],
    ["an entry that is changed into itself", "update kustodia.entry set account = account where false", /append-only/],
    ["an entry that is deleted", "delete from kustodia.entry", /append-only/],
    ["emptied books", "truncate kustodia.entry", /append-only/],
    ["books emptied with what they hang on", "truncate kustodia.payment cascade", /append-only/],
    ["a movement that is deleted", "delete from kustodia.transfer", /append-only/],
    ["a closing that is changed", "delete from kustodia.closing", /append-only/],
    ["a seal that is changed", "update kustodia.seal set hash = ''", /append-only/],
    [
      "another amount of a movement",
      `update kustodia.transfer set amount_centavos = 1 where leg_id = ${leg.id}`,
      /changes never/,
    ],
    [
      "another way of a movement",
      `update kustodia.transfer set to_place = 'fees' where leg_id = ${leg.id}`,
      /changes never/,
    ],
    [
      "a movement that is ended twice, among others that end once",
      `update kustodia.transfer set state = 'posted' where leg_id in (${leg.id}, ${other.id})`,
      /changes never/,
    ],
    [
      "a movement that is opened again",
      `update kustodia.transfer set state = 'pending' where leg_id = ${other.id}`,
      /changes never/,
    ],
    [
      "a posted movement that is voided",
      `update kustodia.transfer set state = 'voided' where leg_id = ${other.id}`,
      /changes never/,
    ],
    [
      "a movement voided before it was made",
      `insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state) values (${leg.id}, 'juno', 'bridge', 1, 'voided')`,
      /never under way/,
    ],
    [
      "an account that no books have",
      `insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state) values (${leg.id}, 'juno', 'bolsillo', 1, 'posted')`,
      /entry_account/,
    ],
    [
      "entries without a movement, be they balanced",
      `insert into kustodia.entry (transfer_id, account, amount_centavos, posted_at)
       select min(id), unnest('{juno,fees}'::text[]), unnest('{-1,1}'::bigint[]), now() from kustodia.transfer`,
      /by its movement alone/,
    ],
  ])("%s", async (_what, statement, why) => {
    const books = async () => (await pool.query("select count(*), sum(abs(amount_centavos)) from kustodia.entry")).rows;
    const before = await books();
    await expect(pool.query(statement)).rejects.toThrow(why);
    expect(await books()).toEqual(before);
  });

  test("entries that do not add up to nothing, in the statement that writes them, even from within a trigger", async () => {
    await pool.query(`create function public.embezzle() returns trigger language plpgsql as $$
      begin
        insert into kustodia.entry (transfer_id, account, amount_centavos, posted_at) values (new.id, 'fees', 1, now());
        return null;
      end $$;
      create trigger zz_embezzle after insert on kustodia.transfer for each row execute function public.embezzle()`);
    await expect(postMovement(db, other, { from: "juno", to: "bridge" })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/add up to 1 centavos/) },
    });
    await pool.query("drop trigger zz_embezzle on kustodia.transfer");
    await postMovement(db, other, { from: "juno", to: "bridge" });
  });

  test("nothing to its superuser, who is why the history is sealed", async () => {
    await withoutTriggers(pool, "update kustodia.entry set amount_centavos = amount_centavos - 1 where leg_id = $1", [
      leg.id,
    ]);
    expect(await linesOf(leg.id)).toEqual([
      ["juno", -A - 1n],
      ["in_transit", A - 1n],
    ]);
  });
});
