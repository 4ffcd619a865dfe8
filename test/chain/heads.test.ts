import { createTestClient, http } from "viem";
import { afterAll, describe, expect, test } from "vitest";
import { type Fault, startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { blockHashAt } from "../../reactor/chain/blockHashAt.ts";
import { readHeads } from "../../reactor/chain/heads.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { DEAD_URL, localChain } from "./localChain.ts";

describe("readHeads", async () => {
  const chain = await localChain("escrow", { slotsInAnEpoch: 1 });
  const { client, node, anvil } = chain;
  await node.mine({ blocks: 10 });
  // A chain of its own, an hour ahead: the same block numbers, other hashes.
  const other = await freshAnvil();
  const otherNode = createTestClient({ mode: "anvil", transport: http(other.rpcUrl) });
  await otherNode.increaseTime({ seconds: 3_600 });
  await otherNode.mine({ blocks: 3 });
  afterAll(async () => {
    await other.stop();
    await anvil.stop();
  });
  const safe = { settledTag: "safe" } as const;

  const blockAt = async (blockNumber: bigint) => {
    const { number, hash, timestamp } = await node.getBlock({ blockNumber });
    return { number, hash, timestampUnixS: Number(timestamp) };
  };

  test("by tag: the block the node calls safe or finalized", async () => {
    const latest = await node.getBlockNumber();
    const byTag = async (blockTag: "safe" | "finalized") => (await node.getBlock({ blockTag })).number;
    expect(await byTag("safe")).toBeLessThan(latest);
    expect(await byTag("finalized")).toBeLessThan(await byTag("safe"));
    for (const settledTag of ["safe", "finalized"] as const) {
      expect(await readHeads(client, { settledTag })).toEqual({
        outcome: "done",
        latest: await blockAt(latest),
        settled: await blockAt(await byTag(settledTag)),
      });
    }
  });

  test("by depth: that many blocks under the latest", async () => {
    const latest = await node.getBlockNumber();
    expect(await readHeads(client, { settledDepth: 3 })).toEqual({
      outcome: "done",
      latest: await blockAt(latest),
      settled: await blockAt(latest - 3n),
    });
  });

  test("by a depth the chain does not have yet: nothing is settled", async () => {
    expect(await readHeads(client, { settledDepth: 10_000 })).toMatchObject({
      outcome: "done",
      settled: null,
      message: expect.stringContaining("shorter"),
    });
  });

  test("an RPC that does not serve the tag leaves nothing settled, alone or beside another: never a depth", async () => {
    // Anvil serves every tag; some hosted RPCs refuse one with an error such as this.
    const tagless = await startRpcProxy(
      anvil.rpcUrl,
      ({ params }): Fault => (params[0] === "safe" ? { code: -32602, message: "invalid block tag" } : "none"),
    );
    const alone = await readHeads(chain.clientOf(tagless.url), safe);
    const besideOne = await readHeads(chain.clientOf(anvil.rpcUrl, tagless.url), safe);
    await tagless.stop();
    const latest = await blockAt(await node.getBlockNumber());
    for (const heads of [alone, besideOne]) {
      expect(heads).toMatchObject({ outcome: "done", latest, settled: null });
      expect(heads).toHaveProperty("message", expect.stringContaining("invalid block tag"));
    }
  });

  test("no endpoint answering is unknown", async () => {
    expect(await readHeads(chain.clientOf(DEAD_URL), safe)).toMatchObject({ outcome: "unknown" });
  });

  test("with one of two endpoints down the other one's head counts, and what it alone calls settled must be deeper", async () => {
    const oneDown = chain.clientOf(DEAD_URL, anvil.rpcUrl);
    const latest = await blockAt(await node.getBlockNumber());
    const finalized = await blockAt((await node.getBlock({ blockTag: "finalized" })).number);
    const message = expect.stringContaining("block latest");
    expect(await readHeads(oneDown, safe)).toEqual({ outcome: "done", latest, settled: finalized, message });
    const sixBack = await blockAt(latest.number - 6n);
    expect(await readHeads(oneDown, { settledDepth: 3 })).toEqual({
      outcome: "done",
      latest,
      settled: sixBack,
      message,
    });
  });

  test("where nothing is deeper, nothing settles while one of two endpoints is down", async () => {
    const heads = await readHeads(chain.clientOf(anvil.rpcUrl, DEAD_URL), { settledTag: "finalized" });
    expect(heads).toMatchObject({ outcome: "done", settled: null, message: expect.stringContaining("block latest") });
  });

  test("two endpoints of one chain agree", async () => {
    const heads = await readHeads(chain.clientOf(anvil.rpcUrl, anvil.rpcUrl), safe);
    expect(heads).toMatchObject({ outcome: "done", settled: { number: expect.any(BigInt) } });
  });

  test("with two endpoints both heads are the lower ones", async () => {
    const fork = await freshAnvil({ forkUrl: anvil.rpcUrl, slotsInAnEpoch: 1 });
    const before = await blockAt(await node.getBlockNumber());
    await node.mine({ blocks: 5 });
    const heads = await readHeads(chain.clientOf(anvil.rpcUrl, fork.rpcUrl), { settledDepth: 1 });
    await fork.stop();
    expect(heads).toEqual({ outcome: "done", latest: before, settled: await blockAt(before.number - 1n) });
  });

  test("a slow endpoint, behind which blocks come between two questions, is as high as what it settles", async () => {
    const slow = await startRpcProxy(anvil.rpcUrl, async ({ params: [tag] }) => {
      if (tag === "safe") await node.mine({ blocks: 4 });
      return "none" as const;
    });
    const heads = await readHeads(chain.clientOf(slow.url), safe);
    await slow.stop();
    if (heads.outcome !== "done" || heads.settled === null) throw new Error("nothing is settled");
    expect(heads.latest.number).toBeGreaterThanOrEqual(heads.settled.number);
  });

  test("two endpoints with different blocks at the settled height disagree", async () => {
    const heads = await readHeads(chain.clientOf(anvil.rpcUrl, other.rpcUrl), { settledDepth: 0 });
    expect(heads).toMatchObject({ outcome: "disagree", message: expect.stringContaining("dos hashes") });
  });

  test("a block's hash changes when a reorg replaces it, and is null beyond the head", async () => {
    const head = await node.getBlockNumber();
    const before = await blockHashAt(client, head);
    expect(before).toBe((await blockAt(head)).hash);
    expect(await blockHashAt(client, head + 1n)).toBeNull();
    await node.request<{ Method: "anvil_reorg"; Parameters: [number, []]; ReturnType: null }>({
      method: "anvil_reorg",
      params: [2, []],
    });
    expect(await blockHashAt(client, head)).not.toBe(before);
  });
});
