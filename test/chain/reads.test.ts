import { setTimeout as sleep } from "node:timers/promises";
import { parseEther } from "viem";
import { afterAll, describe, expect, test } from "vitest";
import { startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { blockHashAt } from "../../reactor/chain/blockHashAt.ts";
import { ChainUnavailable } from "../../reactor/chain/ChainUnavailable.ts";
import { encodeNoop } from "../../reactor/chain/calls.ts";
import { createChainClient } from "../../reactor/chain/client.ts";
import { currentFees } from "../../reactor/chain/fees.ts";
import { readEscrow } from "../../reactor/chain/readEscrow.ts";
import { readGasBalance } from "../../reactor/chain/readGasBalance.ts";
import { readNonce } from "../../reactor/chain/readNonce.ts";
import { readNonceAt } from "../../reactor/chain/readNonceAt.ts";
import { readTokenState } from "../../reactor/chain/readTokenState.ts";
import { receiptOf } from "../../reactor/chain/receiptOf.ts";
import { AMOUNT, DEAD_URL, FEES, localChain } from "./localChain.ts";

describe("reads", async () => {
  const chain = await localChain("escrow");
  const { client, node, signer } = chain;
  const dead = chain.clientOf(`${DEAD_URL}/v2/secret-key`);
  afterAll(() => chain.anvil.stop());

  test("the token's state is that of our three wallets", async () => {
    await chain.token("blacklist", client.junoWallet);
    await chain.token("pause");
    expect(await readTokenState(client)).toEqual({
      allowanceBaseUnits: 0n,
      balancesBaseUnits: { bridge: AMOUNT, escrow: 0n, junoWallet: 0n },
      paused: true,
      blacklisted: { bridge: false, escrow: false, junoWallet: true },
    });
  });

  test("the pending nonce counts what waits in the pool, the latest and an earlier block's do not", async () => {
    const before = await readNonce(client);
    expect(before.pending).toBe(before.latest);
    await node.setAutomine(false);
    const { to, data } = encodeNoop(client);
    const transaction = { chainId: client.chainId, nonce: before.latest, gas: 30_000n, ...FEES, to, data };
    const { raw } = await signer.sign(transaction);
    await node.sendRawTransaction({ serializedTransaction: raw });
    expect(await readNonce(client)).toEqual({ latest: before.latest, pending: before.latest + 1 });

    await node.mine({ blocks: 1 });
    await node.setAutomine(true);
    const head = await node.getBlockNumber();
    expect(await readNonceAt(client, head)).toBe(before.latest + 1);
    expect(await readNonceAt(client, head - 1n)).toBe(before.latest);
  });

  test("the gas balance is the bridge wallet's, in wei", async () => {
    await node.setBalance({ address: client.bridge, value: parseEther("0.25") });
    expect(await readGasBalance(client)).toBe(250_000_000_000_000_000n);
  });

  test("the fee cap is at least twice the base fee, and covers the tip", async () => {
    const { baseFeePerGas } = await node.getBlock();
    const fees = await currentFees(client);
    expect(fees.maxFeePerGas).toBeGreaterThanOrEqual((baseFeePerGas ?? 0n) * 2n);
    expect(fees.maxFeePerGas).toBeGreaterThanOrEqual(fees.maxPriorityFeePerGas);
  });

  test("every read falls over to the second endpoint when the first is down", async () => {
    const both = chain.clientOf(DEAD_URL, chain.anvil.rpcUrl);
    expect(await readNonce(both)).toEqual(await readNonce(client));
    expect(await readTokenState(both)).toEqual(await readTokenState(client));
    expect(await readEscrow(both, 1n)).toBeNull();
    expect(await blockHashAt(both, 1n)).toBe(await blockHashAt(client, 1n));
  });

  test("a slow first endpoint is asked after the second, until it is quick again", async () => {
    const asked: string[] = [];
    let slowMs = 1_200;
    const first = await startRpcProxy(chain.anvil.rpcUrl, async ({ method }) => {
      asked.push(method);
      await sleep(slowMs);
      return "none" as const;
    });
    const both = chain.clientOf(first.url, chain.anvil.rpcUrl);
    const readOnce = async () => {
      asked.length = 0;
      await blockHashAt(both, 1n);
      return asked.length;
    };
    expect(await readOnce()).toBe(1);
    expect(await readOnce()).toBe(0);
    slowMs = 0;
    // As the reading of the heads does, which asks each.
    await both.endpoints[0]?.getChainId();
    expect(await readOnce()).toBe(1);
    await first.stop();
  });

  test.each([
    ["readNonce", () => readNonce(dead)],
    ["readNonceAt", () => readNonceAt(dead, 1n)],
    ["readTokenState", () => readTokenState(dead)],
    ["readEscrow", () => readEscrow(dead, 1n)],
    ["readGasBalance", () => readGasBalance(dead)],
    ["currentFees", () => currentFees(dead)],
    ["blockHashAt", () => blockHashAt(dead, 1n)],
  ])("%s with no endpoint answering throws ChainUnavailable, without the URL and the key in it", async (_, ask) => {
    const error = await ask().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ChainUnavailable);
    expect(`${error} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain("secret-key");
    expect((error as Error).cause).toBeUndefined();
  });

  test("a receipt that no endpoint can look for is unknown, not absent", async () => {
    const hash = `0x${"11".repeat(32)}` as const;
    expect(await receiptOf(client, hash)).toEqual({ outcome: "absent" });
    expect(await receiptOf(dead, hash)).toMatchObject({ outcome: "unknown" });
  });

  test("a client without a URL is refused", () => {
    expect(() => createChainClient({ ...client, rpcUrls: [] })).toThrow(/ETH_RPC_URL/);
  });
});
