import { setTimeout as sleep } from "node:timers/promises";
import { createTestClient, http, publicActions, walletActions } from "viem";
import { afterAll, expect, test } from "vitest";
import { type AnvilOptions, startAnvil } from "../../bin/stack/startAnvil.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const SOMEBODY = "0x000000000000000000000000000000000000dEaD";

const folder = openTestFolder();
afterAll(() => folder.remove());

function client(rpcUrl: string) {
  return createTestClient({ mode: "anvil", chain: anvilChain, transport: http(rpcUrl) })
    .extend(publicActions)
    .extend(walletActions);
}

test("a stopped and restarted chain keeps its blocks, receipts and balances, and goes on at the present time", async () => {
  const options: AnvilOptions = { statePath: folder.pathOf("chain/state.json"), slotsInAnEpoch: 1 };
  const first = await startAnvil(supervise(folder.path), options);
  const before = client(first.rpcUrl);
  const hash = await before.sendTransaction({ account: DEPLOYER, to: SOMEBODY, value: 81n });
  const receipt = await before.waitForTransactionReceipt({ hash });
  const genesis = await before.getBlock({ blockNumber: 0n });
  await first.stop();

  await sleep(2_000);
  const second = await startAnvil(supervise(folder.path), options);
  try {
    const after = client(second.rpcUrl);
    expect((await after.getBlock({ blockNumber: 0n })).hash).toBe(genesis.hash);
    expect((await after.getTransactionReceipt({ hash })).blockHash).toBe(receipt.blockHash);
    expect(await after.getBalance({ address: SOMEBODY, blockTag: "safe" })).toBe(81n);
    expect(await after.getBalance({ address: SOMEBODY, blockTag: "finalized" })).toBe(81n);
    await after.mine({ blocks: 1 });
    const newest = await after.getBlock();
    expect(Math.abs(Number(newest.timestamp) - Date.now() / 1_000)).toBeLessThan(5);
  } finally {
    await second.stop();
  }
});

test("however often a chain is restarted, its first block is the one it began with", async () => {
  const options: AnvilOptions = { statePath: folder.pathOf("often/state.json"), slotsInAnEpoch: 1 };
  const geneses = new Set<string>();
  for (let start = 0; start < 6; start++) {
    const anvil = await startAnvil(supervise(folder.path), options);
    geneses.add((await client(anvil.rpcUrl).getBlock({ blockNumber: 0n })).hash);
    await anvil.stop();
    // Blocks of different seconds have different hashes.
    await sleep(1_000);
  }
  expect(geneses.size).toBe(1);
});

test("a kill -9 of Anvil costs at most the seconds since its last save", async () => {
  const options: AnvilOptions = { statePath: folder.pathOf("killed/state.json") };
  const first = await startAnvil(supervise(folder.path), options);
  await client(first.rpcUrl).sendTransaction({ account: DEPLOYER, to: SOMEBODY, value: 81n });
  await sleep(6_500);
  process.kill(first.pid, "SIGKILL");

  const second = await startAnvil(supervise(folder.path), options);
  try {
    expect(await client(second.rpcUrl).getBalance({ address: SOMEBODY })).toBe(81n);
  } finally {
    await second.stop();
  }
});

test("the interval of a chain with block time is kept while transactions are mined at once", async () => {
  const anvil = await startAnvil(supervise(folder.path), { blockTimeS: 60, mixedMining: true });
  try {
    const chain = client(anvil.rpcUrl);
    const hash = await chain.sendTransaction({ account: DEPLOYER, to: SOMEBODY, value: 1n });
    expect((await chain.waitForTransactionReceipt({ hash, timeout: 5_000 })).status).toBe("success");
  } finally {
    await anvil.stop();
  }
});
