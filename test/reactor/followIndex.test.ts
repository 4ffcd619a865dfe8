import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import { followIndex } from "../../reactor/readChain.ts";
import { postgresStore } from "../../reactor/store/port.ts";
import { createChainView, FACTS_CONTEXT, log, setIndexedHead, show } from "../store/chainView.ts";
import { freshStore } from "../store/freshStore.ts";

const { db, pool, close } = await freshStore();
afterAll(close);
beforeAll(() => createChainView(pool));

let nowMs = 0;
/** As much of a reactor as looks at the index; its clock is the test's. */
const reactor = {
  store: postgresStore(db, FIRST_LANE),
  facts: FACTS_CONTEXT,
  monotonicMs: () => nowMs,
} as unknown as Reactor;
let look = followIndex(reactor);
let hashes = 0;

/** A log of that block, which the index shows from now on. */
const comes = (blockNumber: number) => show(pool, log("EscrowFunded", `0x${++hashes}`, { blockNumber }));
const reaches = (block: number) => setIndexedHead(pool, block, 1_772_000_000 + block);
const taken = async () => (await look()).taken;

beforeEach(async () => {
  await pool.query("truncate chain.chain_event, kustodia.inbox");
  nowMs = 0;
  look = followIndex(reactor);
});

test("the first look goes back a thousand blocks, and takes what came while nobody looked", async () => {
  for (const block of [3_999, 4_000, 5_000]) await comes(block);
  await reaches(5_000);
  expect(await taken()).toBe(2);
});

test("a look begins where the one before ended, however far the index went meanwhile", async () => {
  await reaches(5_000);
  expect(await taken()).toBe(0);
  for (const block of [5_001, 7_500, 9_000]) await comes(block);
  await reaches(9_000);
  expect(await taken()).toBe(3);
});

test("a log that a short reorg brings again into a block already looked at is taken at once", async () => {
  await reaches(5_000);
  await taken();
  await comes(4_997);
  expect(await taken()).toBe(1);
});

test("after a reorg to below, the look begins below the index's new head", async () => {
  await reaches(5_000);
  await taken();
  await reaches(4_900);
  await comes(4_899);
  expect(await taken()).toBe(1);
});

test("what comes late into an older block is taken within the minute", async () => {
  await reaches(5_000);
  await taken();
  await comes(4_500);
  nowMs = 59_999;
  expect(await taken()).toBe(0);
  nowMs = 60_000;
  expect(await taken()).toBe(1);
});
