import { eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { readIndexedHead } from "../../reactor/store/chainEvents.ts";
import { contextOf } from "../../reactor/store/contextOf.ts";
import { findLog } from "../../reactor/store/evidence.ts";
import { loadFacts } from "../../reactor/store/facts.ts";
import { saveHeads, saveSettledBlock } from "../../reactor/store/heads.ts";
import { findLane } from "../../reactor/store/lanes.ts";
import { readOutsideNames } from "../../reactor/store/outsideNames.ts";
import { readPayments } from "../../reactor/store/readPayments.ts";
import { readProofs } from "../../reactor/store/readProofs.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { takeChainEvents } from "../../reactor/store/takeChainEvents.ts";
import { addressesOf, takeControls } from "../../reactor/takeControls.ts";
import { CHAIN_ID, createChainView, FACTS_CONTEXT, log, setIndexedHead, showOn } from "./chainView.ts";
import { freshStore, putLeg, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const NORTE = "norte";
const NORTE_INDEX = { chainId: 421_614, indexSchema: "chain_421614" };
const NOW_MS = Date.now();
const address = (digit: string) => `0x${digit.repeat(40)}` as const;
const ceilings = { payoutCentavos: 1n, hourCentavos: 1n, dayCentavos: 1n, allowanceCentavos: 1n };

/** Of the second lane, on its own chain and account: but for the bridge its addresses are those of the first one. */
const configOf = (lane: string, bridge: string) => ({
  ...{ lane, account: lane, ceilings, confirmations: 3 },
  ...(lane === FIRST_LANE ? { chainId: CHAIN_ID, indexSchema: "chain" } : NORTE_INDEX),
  addresses: { escrow: address("1"), mxnb: address("7"), junoWallet: address("6"), bridge: address(bridge) },
});
const principal = configOf(FIRST_LANE, "a");
const norte = configOf(NORTE, "b");
const started = (config: typeof principal) => ({ ...FACTS_CONTEXT, ...addressesOf(config) });
/** As the first lane's reactor reads its own legs, and those of the second lane. */
const own = { ...started(principal), confirmations: 3n };
const ofNorte = () => contextOf(db, own, NORTE);

beforeEach(async () => {
  await pool.query(`drop schema if exists chain cascade; drop schema if exists chain_421614 cascade;
    truncate kustodia.settled_hash, kustodia.head, kustodia.inbox; update kustodia.leg set state = 'cancelled', carried = '{}';
    delete from kustodia.lane; delete from kustodia.chain;
    insert into kustodia.lane (name, state) values ('principal', 'open')`);
  await takeControls(db, principal);
  await takeControls(db, norte);
  for (const index of [FACTS_CONTEXT, NORTE_INDEX]) {
    await createChainView(pool, index);
    await setIndexedHead(pool, index === NORTE_INDEX ? 200 : 100, Math.floor(NOW_MS / 1_000), index);
  }
});

/** A custody leg of a lane's, of escrow 7 of its contract. */
async function custodyOf(lane: string) {
  const paymentId = await storePayment(db);
  await pool.query("update kustodia.payment set lane = $1 where id = $2", [lane, paymentId]);
  const one = await putLeg(db, paymentId, "custody", "active");
  const carried = { ...one.carried, escrowId: "7" };
  await db.update(leg).set({ lane, carried }).where(eq(leg.id, one.id));
  return { ...one, carried };
}
const released = (txHash: string) => log("EscrowReleased", txHash, { escrowId: 7, contract: address("1") });

describe("of the same contract, escrow and block on two chains", () => {
  test("a leg is shown its own chain's logs, settled by its own chain's hashes", async () => {
    const [one, other] = [await custodyOf(FIRST_LANE), await custodyOf(NORTE)];
    await showOn(pool, FACTS_CONTEXT, released("0xfirst"));
    await showOn(pool, NORTE_INDEX, released("0xsecond"));
    for (const { chainId } of [FACTS_CONTEXT, NORTE_INDEX]) {
      const settled = { number: 95n, hash: "0xb95" };
      await saveHeads(db, {
        ...{ chainId, latestNumber: 100n, settled, settledLargeNumber: 95n, complaint: null, readAtMs: NOW_MS },
      });
    }
    await saveSettledBlock(db, NORTE_INDEX.chainId, 90n, "0xb90");
    await saveSettledBlock(db, CHAIN_ID, 90n, "0xof another chain");
    const chainOf = async (of: typeof one, context: typeof own) =>
      (await loadFacts(db, [of], context, NOW_MS)).get(of.id)?.chain.map(({ txHash, settled }) => [txHash, settled]);
    expect(await chainOf(one, own)).toEqual([["0xfirst", false]]);
    expect(await chainOf(other, await ofNorte())).toEqual([["0xsecond", true]]);
  });

  test("a person's evidence and a receipt are of the payment's own chain", async () => {
    const other = await custodyOf(NORTE);
    await showOn(pool, FACTS_CONTEXT, released("0xfirst"));
    await showOn(pool, NORTE_INDEX, released("0xsecond"));
    const context = await ofNorte();
    const keyOf = (chainId: number, txHash: string) => `${chainId}:${address("1")}:${txHash}:EscrowReleased:1`;
    expect(await findLog(db, keyOf(NORTE_INDEX.chainId, "0xsecond"), context)).toMatchObject({ txHash: "0xsecond" });
    expect(await findLog(db, keyOf(CHAIN_ID, "0xfirst"), context)).toBeNull();
    const proofs = await readProofs(db, [other], context);
    expect(proofs).toMatchObject([{ kind: "log", log: { txHash: "0xsecond", chainId: NORTE_INDEX.chainId } }]);
    expect((await readPayments(db, [other.paymentId]))[0]?.chainId).toBe(NORTE_INDEX.chainId);
  });

  test("each index is taken by itself, both logs are kept, and how far it has come is its own", async () => {
    await showOn(pool, FACTS_CONTEXT, released("0xsame"));
    await showOn(pool, NORTE_INDEX, released("0xsame"));
    expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toMatchObject({ taken: 1 });
    expect(await takeChainEvents(db, NORTE_INDEX, 0n)).toMatchObject({ taken: 1 });
    expect((await readIndexedHead(db, FACTS_CONTEXT))?.number).toBe(100n);
    expect((await readIndexedHead(db, NORTE_INDEX))?.number).toBe(200n);
    // Whose index is there shows nothing of another chain's blocks, though its schema were named for it.
    expect(await readIndexedHead(db, { ...NORTE_INDEX, indexSchema: "chain" })).toBeNull();
  });

  test("a reconciliation names an escrow by its own account's legs", async () => {
    const [one, other] = [await custodyOf(FIRST_LANE), await custodyOf(NORTE)];
    const named = async (account: string) =>
      (await readOutsideNames(db, account, null)).escrows.get(`${address("1")}:7`);
    expect([await named(FIRST_LANE), await named(NORTE)]).toEqual([one.id, other.id]);
  });
});

describe("a start", () => {
  /** Of a third lane, beside the second one. */
  const third = (bridge: string) => {
    const { addresses, ...sur } = configOf("sur", bridge);
    return { ...sur, addresses: { ...addresses, escrow: address("2"), junoWallet: address("5") } };
  };

  test("puts the lane on its chain, and whoever reads for it knows that chain, its index and its soft depth", async () => {
    expect((await findLane(db, NORTE))?.chainId).toBe(NORTE_INDEX.chainId);
    expect(await ofNorte()).toMatchObject({ ...NORTE_INDEX, confirmations: 3n, bridge: address("b") });
    await takeControls(db, { ...norte, confirmations: 5 });
    expect((await ofNorte()).confirmations).toBe(5n);
  });

  test("is refused on another chain than the lane's", async () => {
    const moved = { ...norte, chainId: 42_161, indexSchema: "chain_42161" };
    await expect(takeControls(db, moved)).rejects.toThrow("un carril no cambia de cadena");
  });

  test.each([
    ["with the index of another chain", { chainId: 42_161 }],
    ["with another index of a known chain", { indexSchema: "chain_2" }],
  ])("is refused %s", async (_what, change) => {
    const sur = { ...third("c"), ...change };
    await expect(takeControls(db, sur)).rejects.toThrow("cada cadena tiene su índice");
    expect(await findLane(db, "sur")).toBeNull();
  });

  test("is refused with a bank account that is on another chain", async () => {
    const sur = { ...third("c"), account: FIRST_LANE };
    await expect(takeControls(db, sur)).rejects.toThrow("una cuenta bancaria está en una cadena");
  });

  test("is refused with a key that another lane has, on whatever chain", async () => {
    await expect(takeControls(db, third("a"))).rejects.toThrow("principal ya tiene esta cartera puente");
  });
});
