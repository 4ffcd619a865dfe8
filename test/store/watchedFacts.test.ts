import { afterAll, expect, test } from "vitest";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { healBreak, openBreak, openBreaks } from "../../reactor/store/breaks.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import {
  followWatched,
  missWatched,
  readWatched,
  settleWatched,
  type Watched,
} from "../../reactor/store/watchedFacts.ts";
import { createChainView, FACTS_CONTEXT, forget, log, show, TOKEN } from "./chainView.ts";
import { freshStore, readLeg, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());
const { db, pool } = store;
await createChainView(pool);

const [FROM, TO, AMOUNT] = ["0xaa01", "0xaa02", 1_500_500_000n];
let made = 0;

/** A custody leg that has claimed a Transfer of block 90, which the index shows. */
async function claimed(): Promise<Watched & { txHash: string }> {
  const txHash = `0x${(++made).toString(16).padStart(64, "0")}`;
  const leg = await readLeg(db, await storePayment(db), "custody");
  const key = `31337:${TOKEN}:${txHash}:Transfer:1`;
  const words = { kind: "Transfer", escrowId: null, from: FROM, to: TO, amountBaseUnits: AMOUNT };
  const seen = { ...words, txHash, blockNumber: 90n, blockHash: "0xb90" };
  await insertClaims(db, leg.id, [{ source: "token_transfer", outsideId: key, seen }]);
  await show(pool, log("Transfer", txHash, { contract: TOKEN, from: FROM, to: TO, amountBaseUnits: AMOUNT }));
  return { ...(await watchedOf(txHash)), txHash };
}

async function watchedOf(txHash: string): Promise<Watched> {
  const found = (await readWatched(db, FIRST_LANE, FACTS_CONTEXT)).find(({ fact }) => fact.txHash === txHash);
  if (found === undefined) throw new Error(`${txHash} is not watched`);
  return found;
}

const breakOf = ({ key, leg }: Watched) => ({
  account: FIRST_ACCOUNT,
  kind: "vanished_fact" as const,
  paymentId: leg.paymentId,
  legId: leg.id,
  source: "token_transfer" as const,
  outsideId: key,
  consumed: { blockNumber: "90" },
  seen: { kind: "absent" },
});

test("a claimed Transfer is watched as it was seen, beside what the index shows of it now", async () => {
  const { fact, key, indexed, txHash } = await claimed();
  expect(fact).toMatchObject({ blockNumber: 90n, blockHash: "0xb90", amountBaseUnits: AMOUNT, missingSinceMs: null });
  expect(indexed).toMatchObject({ key, blockNumber: 90n, from: FROM, to: TO });
  await forget(pool, txHash);
  expect((await watchedOf(txHash)).indexed).toBeNull();
});

test("claiming again what a leg has leaves what is watched as it is", async () => {
  const { fact, key, leg, txHash } = await claimed();
  await followWatched(db, fact, { blockNumber: 95n, blockHash: "0xb95" });
  await insertClaims(db, leg.id, [{ source: "token_transfer", outsideId: key, seen: { ...fact } }]);
  expect((await watchedOf(txHash)).fact.blockNumber).toBe(95n);
});

test("what is settled is watched no more, and its leg is due", async () => {
  const { fact, leg, txHash } = await claimed();
  await pool.query("update kustodia.leg set due_at = null where id = $1", [leg.id]);
  await settleWatched(db, [fact]);
  await expect(watchedOf(txHash)).rejects.toThrow("not watched");
  const { rows } = await pool.query("select due_at from kustodia.leg where id = $1", [leg.id]);
  expect(rows[0].due_at).not.toBeNull();
});

test.each(["sent", "included"])(
  "a Transfer that is missing is looked at last, and a transaction of ours that was %s goes out again: the lane has its bytes as signed",
  async (state) => {
    const first = await claimed();
    await pool.query(
      `insert into kustodia.chain_transaction
       (leg_id, action, generation, signer, nonce, "to", data, gas, max_fee_per_gas, max_priority_fee_per_gas, raw, hash, state, included_in_block)
     values ($1, 'release', 0, '0x51', $4, '0x52', '0x', 1, 1, 1, '0x02', $2, $3, 90)`,
      [first.leg.id, first.txHash, state, made],
    );
    const second = await claimed();
    await missWatched(db, first.fact, 1_000);
    const order = (await readWatched(db, FIRST_LANE, FACTS_CONTEXT)).map(({ fact }) => fact.txHash);
    expect(order.indexOf(first.txHash)).toBeGreaterThan(order.indexOf(second.txHash));
    const { rows } = await pool.query(
      "select state, included_in_block from kustodia.chain_transaction where hash = $1",
      [first.txHash],
    );
    expect(rows).toEqual([{ state: "signed", included_in_block: null }]);
    await followWatched(db, first.fact, { blockNumber: 91n, blockHash: "0xb91" });
    expect((await watchedOf(first.txHash)).fact).toMatchObject({ missingSinceMs: null, blockNumber: 91n });
  },
);

test("a break is numbered, open once, known to what is watched, and counted until it heals", async () => {
  const watched = await claimed();
  const before = await openBreaks(db, 1);
  const number = await openBreak(db, breakOf(watched));
  await expect(openBreak(db, breakOf(watched))).rejects.toThrow();
  expect((await watchedOf(watched.txHash)).fact.openBreak?.number).toBe(number);
  expect(await openBreaks(db, 1)).toMatchObject({ count: before.count + 1, newest: [{ number }] });
  await healBreak(db, number, { blockNumber: "95" });
  expect((await openBreaks(db, 1)).count).toBe(before.count);
  expect((await watchedOf(watched.txHash)).fact.openBreak).toBeNull();
  expect(await openBreak(db, breakOf(watched))).toBeGreaterThan(number);
});
