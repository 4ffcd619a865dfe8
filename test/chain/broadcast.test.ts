import { createServer } from "node:net";
import type { Hex } from "viem";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { broadcast } from "../../reactor/chain/broadcast.ts";
import { encodeNoop } from "../../reactor/chain/calls.ts";
import { bumpFees, type Fees } from "../../reactor/chain/fees.ts";
import { readNonce } from "../../reactor/chain/readNonce.ts";
import { receiptOf } from "../../reactor/chain/receiptOf.ts";
import { DEAD_URL, FEES, localChain } from "./localChain.ts";

const GAS = 30_000n;

describe("broadcast", async () => {
  const chain = await localChain("escrow");
  const { client, node, signer } = chain;
  const losesReplies = await startRpcProxy(chain.anvil.rpcUrl, () => "lose_reply");
  let snapshot: Hex;
  beforeEach(async () => {
    snapshot = await node.snapshot();
    // A pool that is mined by hand, as a real one is by somebody else.
    await node.setAutomine(false);
  });
  afterEach(async () => {
    await node.request<{ Method: "anvil_dropAllTransactions"; Parameters: []; ReturnType: null }>({
      method: "anvil_dropAllTransactions",
      params: [],
    });
    await node.setAutomine(true);
    await node.revert({ id: snapshot });
  });
  afterAll(async () => {
    await losesReplies.stop();
    await chain.anvil.stop();
  });

  const sign = async ({ ahead = 0, fees = FEES, gas = GAS }: { ahead?: number; fees?: Fees; gas?: bigint } = {}) => {
    const nonce = (await readNonce(client)).latest + ahead;
    const { to, data } = encodeNoop(client);
    return signer.sign({ chainId: client.chainId, nonce, gas, ...fees, to, data });
  };
  const refused = (reason: string) => expect.objectContaining({ outcome: "refused", reason });

  test("accepts a transaction, which has no receipt before and one after it is mined", async () => {
    const { raw, hash } = await sign();
    expect(await broadcast(client, raw)).toEqual({ outcome: "done" });
    expect(await receiptOf(client, hash)).toEqual({ outcome: "absent" });
    await node.mine({ blocks: 1 });
    const block = await node.getBlock();
    expect(await receiptOf(client, hash)).toEqual({
      outcome: "done",
      status: "success",
      blockNumber: block.number,
      blockHash: block.hash,
      logs: [],
    });
  });

  test("says done again for the same bytes while they wait in the pool", async () => {
    const { raw } = await sign();
    await broadcast(client, raw);
    expect(await broadcast(client, raw)).toEqual({ outcome: "done" });
  });

  test("says nonce_too_low for the same bytes once they are mined: their receipt is what tells", async () => {
    const { raw, hash } = await sign();
    await broadcast(client, raw);
    await node.mine({ blocks: 1 });
    expect(await broadcast(client, raw)).toEqual(refused("nonce_too_low"));
    expect(await receiptOf(client, hash)).toMatchObject({ outcome: "done", status: "success" });
  });

  test("refuses a replacement that pays no more, and accepts one that bumpFees made", async () => {
    const first = await sign();
    await broadcast(client, first.raw);
    const lessGas = await sign({ gas: GAS - 1n });
    expect(await broadcast(client, lessGas.raw)).toEqual(refused("replacement_underpriced"));

    const bumped = bumpFees(FEES, { percent: 10, capWei: FEES.maxFeePerGas * 2n });
    if (!bumped) throw new Error("the cap is far away");
    const second = await sign({ fees: bumped });
    expect(await broadcast(client, second.raw)).toEqual({ outcome: "done" });
    await node.mine({ blocks: 1 });
    expect(await receiptOf(client, first.hash)).toEqual({ outcome: "absent" });
    expect(await receiptOf(client, second.hash)).toMatchObject({ outcome: "done" });
  });

  test("says done for a nonce with a gap before it: the node queues it and mines nothing", async () => {
    const { raw, hash } = await sign({ ahead: 2 });
    expect(await broadcast(client, raw)).toEqual({ outcome: "done" });
    await node.mine({ blocks: 1 });
    expect(await receiptOf(client, hash)).toEqual({ outcome: "absent" });
  });

  test("refuses a sender without ether, and a gas price under the base fee", async () => {
    const { raw } = await sign();
    const cheap = await sign({ fees: { maxFeePerGas: 1n, maxPriorityFeePerGas: 0n } });
    expect(await broadcast(client, cheap.raw)).toEqual(refused("underpriced"));
    await chain.emptyGas();
    expect(await broadcast(client, raw)).toEqual(refused("no_gas"));
  });

  test("refuses as invalid: bytes that are no transaction, another chain's, too little gas", async () => {
    expect(await broadcast(client, "0x02deadbeef")).toEqual(refused("invalid"));
    const call = { ...encodeNoop(client), ...FEES, gas: GAS, nonce: (await readNonce(client)).latest };
    const elsewhere = await signer.sign({ ...call, chainId: 421614 });
    expect(await broadcast(client, elsewhere.raw)).toEqual(refused("invalid"));
    expect(await broadcast(client, (await sign({ gas: 100n })).raw)).toEqual(refused("invalid"));
  });

  test("is unknown when nobody answers, and its message does not show the URL", async () => {
    const { raw } = await sign();
    const keyed = chain.clientOf(`${DEAD_URL}/v2/secret-key`);
    const sent = await broadcast(keyed, raw);
    expect(sent).toMatchObject({ outcome: "unknown" });
    expect(JSON.stringify(sent)).not.toContain("secret-key");
  });

  test("is unknown when the reply is lost, although the node took the transaction", async () => {
    const { raw, hash } = await sign();
    expect(await broadcast(chain.clientOf(losesReplies.url), raw)).toMatchObject({ outcome: "unknown" });
    await node.mine({ blocks: 1 });
    expect(await receiptOf(client, hash)).toMatchObject({ outcome: "done" });
  });

  test("is unknown when the node does not answer in time", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const { raw } = await sign();
    expect(await broadcast(chain.clientOf(`http://127.0.0.1:${address.port}`), raw)).toMatchObject({
      outcome: "unknown",
    });
    silent.close();
  });

  test("goes to the second endpoint when the first is down, and takes its refusal for a refusal", async () => {
    const both = chain.clientOf(DEAD_URL, chain.anvil.rpcUrl);
    const { raw } = await sign();
    expect(await broadcast(both, raw)).toEqual({ outcome: "done" });
    await node.mine({ blocks: 1 });
    expect(await broadcast(both, raw)).toEqual(refused("nonce_too_low"));
  });

  test("after a lost reply, a second endpoint's yes is done, but its no is unknown", async () => {
    const both = chain.clientOf(losesReplies.url, chain.anvil.rpcUrl);
    const { raw } = await sign();
    expect(await broadcast(both, raw)).toEqual({ outcome: "done" });
    await node.mine({ blocks: 1 });
    expect(await broadcast(both, raw)).toMatchObject({ outcome: "unknown" });
  });

  // What Anvil does not say but the nodes of real chains do, in their own words; a proxy says it for them.
  test.each([
    ["already known", { outcome: "done" }],
    ["AlreadyKnown", { outcome: "done" }],
    ["nonce too low: address 0xd1, tx: 3 state: 4", refused("nonce_too_low")],
    ["nonce too high: address 0xd1, tx: 9 state: 4", refused("nonce_too_high")],
    ["replacement transaction underpriced", refused("replacement_underpriced")],
    ["transaction underpriced: tip needed 1, tip permitted 0", refused("underpriced")],
    ["max fee per gas less than block base fee: address 0xd1", refused("underpriced")],
    ["insufficient funds for gas * price + value: have 0 want 1", refused("no_gas")],
    ["invalid chain id for signer: have 1 want 42161", refused("invalid")],
    ["rlp: value size exceeds available input length", refused("invalid")],
    ["intrinsic gas too low: have 100, want 21000", refused("invalid")],
    ["exceeded N/second request limit", expect.objectContaining({ outcome: "unknown" })],
    ["internal error", expect.objectContaining({ outcome: "unknown" })],
    ["words that nobody has heard", expect.objectContaining({ outcome: "unknown" }), "unclassified"],
  ])("a node that says %j", async (message, outcome, told = "") => {
    const node = await startRpcProxy(chain.anvil.rpcUrl, () => ({ code: -32000, message }));
    const unclassified: string[] = [];
    const telling = { ...chain.clientOf(node.url), onUnclassified: (words: string) => unclassified.push(words) };
    const sent = await broadcast(telling, (await sign()).raw);
    await node.stop();
    expect(sent).toEqual(outcome);
    expect(unclassified).toHaveLength(told === "unclassified" ? 1 : 0);
  });
});
