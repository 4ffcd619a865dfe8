import { afterAll, expect, test } from "vitest";
import { startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { ChainUnavailable } from "../../reactor/chain/ChainUnavailable.ts";
import { encodeApprove, encodeCreateEscrow, encodeReturn } from "../../reactor/chain/calls.ts";
import { readLog, type WantedLog } from "../../reactor/chain/readLog.ts";
import { AMOUNT, DEAD_URL, junoWallet, localChain } from "./localChain.ts";

const chain = await localChain("escrow");
const { client, node, anvil } = chain;
/** A node behind the others: it has no receipt yet, and its chain ends before the block. */
const lagging = await startRpcProxy(anvil.rpcUrl, ({ method }) =>
  ["eth_getTransactionReceipt", "eth_getBlockByNumber"].includes(method) ? { result: null } : "none",
);
afterAll(() => Promise.all([lagging.stop(), anvil.stop()]));

/** The bridge sends a tenth of what it has to Juno's wallet. */
async function sent(): Promise<WantedLog> {
  const amountBaseUnits = AMOUNT / 10n;
  const receipt = await chain.send(encodeReturn(client, { amountBaseUnits }));
  if (receipt.outcome !== "done") throw new Error("it is not mined");
  const { blockNumber, blockHash, logs } = receipt;
  const txHash = logs[0]?.transactionHash ?? "";
  const transfer = { kind: "Transfer", escrowId: null, from: client.bridge, to: junoWallet, amountBaseUnits };
  return { ...transfer, txHash, blockNumber, blockHash };
}

test("a Transfer is there, in its block, whatever the case of its addresses", async () => {
  const wanted = await sent();
  const { blockNumber, blockHash } = wanted;
  const there = { kind: "there", blockNumber, blockHash };
  expect(await readLog(client, wanted)).toEqual(there);
  expect(await readLog(client, { ...wanted, to: junoWallet.toLowerCase() })).toEqual(there);
});

test("a transaction that moved another amount, or to somebody else, differs, and tells what it moved", async () => {
  const wanted = await sent();
  for (const change of [{ amountBaseUnits: 1n }, { to: client.escrow }]) {
    const reading = await readLog(client, { ...wanted, ...change });
    expect(reading).toMatchObject({ kind: "differs", logs: [expect.stringContaining(String(AMOUNT / 10n))] });
  }
});

test("an escrow's own log is there by its kind and its escrow; with another of either it differs", async () => {
  const terms = { ...(await chain.terms()), amountBaseUnits: AMOUNT / 10n };
  await chain.send(encodeApprove(client, terms));
  const receipt = await chain.send(encodeCreateEscrow(client, terms));
  if (receipt.outcome !== "done") throw new Error("it is not mined");
  const { blockNumber, blockHash, logs } = receipt;
  const txHash = logs[0]?.transactionHash ?? "";
  const nothing = { from: null, to: null, amountBaseUnits: null };
  const wanted = { ...nothing, kind: "EscrowCreated", escrowId: "1", txHash, blockNumber, blockHash };
  expect(await readLog(client, wanted)).toEqual({ kind: "there", blockNumber, blockHash });
  for (const change of [{ escrowId: "2" }, { kind: "EscrowDisputed" }]) {
    const reading = await readLog(client, { ...wanted, ...change });
    expect(reading).toMatchObject({ kind: "differs", logs: expect.arrayContaining(["EscrowCreated 1"]) });
  }
});

test("after a reorg it is absent once another block stands at its height; above the head nothing is known", async () => {
  const wanted = await sent();
  await node.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  const [{ hash }] = [await node.getBlock({ blockNumber: wanted.blockNumber })];
  expect(await readLog(client, wanted)).toEqual({ kind: "absent", blockHash: hash });
  expect(await readLog(client, { ...wanted, blockNumber: wanted.blockNumber + 50n })).toEqual({ kind: "unknown" });
});

test("a node without a receipt whose block still stands where it was proves nothing", async () => {
  const wanted = await sent();
  const forgets = await startRpcProxy(anvil.rpcUrl, ({ method }) =>
    method === "eth_getTransactionReceipt" ? { result: null } : "none",
  );
  expect(await readLog(chain.clientOf(forgets.url), wanted)).toEqual({ kind: "unknown" });
  await forgets.stop();
});

test("of two nodes the one that has it is right, behind a node that lags or is down; without any answer it throws", async () => {
  const wanted = await sent();
  expect(await readLog(chain.clientOf(lagging.url), wanted)).toEqual({ kind: "unknown" });
  for (const first of [lagging.url, DEAD_URL]) {
    expect(await readLog(chain.clientOf(first, anvil.rpcUrl), wanted)).toMatchObject({ kind: "there" });
  }
  await expect(readLog(chain.clientOf(DEAD_URL, DEAD_URL), wanted)).rejects.toThrow(ChainUnavailable);
});
