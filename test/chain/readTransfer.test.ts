import { afterAll, expect, test } from "vitest";
import { startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { ChainUnavailable } from "../../reactor/chain/ChainUnavailable.ts";
import { encodeReturn } from "../../reactor/chain/calls.ts";
import { readTransfer, type WantedTransfer } from "../../reactor/chain/readTransfer.ts";
import { AMOUNT, DEAD_URL, junoWallet, localChain } from "./localChain.ts";

const chain = await localChain("escrow");
const { client, node, anvil } = chain;
/** A node behind the others: it has no receipt yet, and its chain ends before the block. */
const lagging = await startRpcProxy(anvil.rpcUrl, ({ method }) =>
  ["eth_getTransactionReceipt", "eth_getBlockByNumber"].includes(method) ? { result: null } : "none",
);
afterAll(() => Promise.all([lagging.stop(), anvil.stop()]));

/** The bridge sends a tenth of what it has to Juno's wallet. */
async function sent(): Promise<WantedTransfer> {
  const amountBaseUnits = AMOUNT / 10n;
  const receipt = await chain.send(encodeReturn(client, { amountBaseUnits }));
  if (receipt.outcome !== "done") throw new Error("it is not mined");
  const { blockNumber, blockHash, logs } = receipt;
  const txHash = logs[0]?.transactionHash ?? "";
  return { txHash, blockNumber, blockHash, from: client.bridge, to: junoWallet, amountBaseUnits };
}

test("a Transfer is there, in its block, whatever the case of its addresses", async () => {
  const wanted = await sent();
  const { blockNumber, blockHash } = wanted;
  const there = { kind: "there", blockNumber, blockHash };
  expect(await readTransfer(client, wanted)).toEqual(there);
  expect(await readTransfer(client, { ...wanted, to: wanted.to.toLowerCase() })).toEqual(there);
});

test("a transaction that moved another amount, or to somebody else, differs, and tells what it moved", async () => {
  const wanted = await sent();
  for (const change of [{ amountBaseUnits: 1n }, { to: client.escrow }]) {
    const reading = await readTransfer(client, { ...wanted, ...change });
    expect(reading).toMatchObject({ kind: "differs", transfers: [expect.stringContaining(String(AMOUNT / 10n))] });
  }
});

test("after a reorg it is absent once another block stands at its height; above the head nothing is known", async () => {
  const wanted = await sent();
  await node.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  const [{ hash }] = [await node.getBlock({ blockNumber: wanted.blockNumber })];
  expect(await readTransfer(client, wanted)).toEqual({ kind: "absent", blockHash: hash });
  expect(await readTransfer(client, { ...wanted, blockNumber: wanted.blockNumber + 50n })).toEqual({ kind: "unknown" });
});

test("a node without a receipt whose block still stands where it was proves nothing", async () => {
  const wanted = await sent();
  const forgets = await startRpcProxy(anvil.rpcUrl, ({ method }) =>
    method === "eth_getTransactionReceipt" ? { result: null } : "none",
  );
  expect(await readTransfer(chain.clientOf(forgets.url), wanted)).toEqual({ kind: "unknown" });
  await forgets.stop();
});

test("of two nodes the one that has it is right, behind a node that lags or is down; without any answer it throws", async () => {
  const wanted = await sent();
  expect(await readTransfer(chain.clientOf(lagging.url), wanted)).toEqual({ kind: "unknown" });
  for (const first of [lagging.url, DEAD_URL]) {
    expect(await readTransfer(chain.clientOf(first, anvil.rpcUrl), wanted)).toMatchObject({ kind: "there" });
  }
  await expect(readTransfer(chain.clientOf(DEAD_URL, DEAD_URL), wanted)).rejects.toThrow(ChainUnavailable);
});
