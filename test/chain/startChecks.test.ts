import { createRequire } from "node:module";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { afterAll, describe, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import type { ChainClient } from "../../reactor/chain/client.ts";
import { startChecks } from "../../reactor/chain/startChecks.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { DEAD_URL, type EscrowShape, junoWallet, localChain, stranger } from "./localChain.ts";

/** What the dispatcher of a contract with these functions pushes; nothing here ever runs. */
const codeWithSelectors = (...selectors: string[]): Hex => `0x${selectors.map((selector) => `63${selector}`).join("")}`;
const CREATE_ESCROW = "488ec89e";
const RELEASE = "37bdc99b";

describe("start checks", async () => {
  const chain = await localChain("escrow");
  const { client, node } = chain;
  const twoStep = await localChain("twoStepEscrow");
  const otherChain = await freshAnvil({ chainId: 421614 });
  afterAll(() => Promise.all([chain, twoStep].map(({ anvil }) => anvil.stop()).concat(otherChain.stop())));

  const failed = async (changed: Partial<ChainClient>, signer: Address = client.bridge) =>
    (await startChecks({ ...client, ...changed }, signer)).map(({ check }) => check);
  const placeCode = async (bytecode: Hex): Promise<Address> => {
    const address = "0x00000000000000000000000000000000000e5c20";
    await node.setCode({ address, bytecode });
    return address;
  };

  test.each<EscrowShape>(["escrow", "twoStepEscrow"])("pass for the shape %s as it is configured", async (shape) => {
    const { client } = shape === "escrow" ? chain : twoStep;
    expect(await startChecks(client, client.bridge)).toEqual([]);
  });

  test("look through an EIP-1967 proxy at its implementation", async () => {
    const { node, client, contracts, deploy } = twoStep;
    const proxyArtifact = createRequire(import.meta.url)("@openzeppelin/contracts/build/contracts/ERC1967Proxy.json");
    const initialize = encodeFunctionData({
      abi: kustodiaEscrowAbi,
      functionName: "initialize",
      args: [client.bridge, client.bridge],
    });
    const proxy = await deploy(proxyArtifact, [await deploy(contracts.twoStepEscrow), initialize]);
    expect(await node.getCode({ address: proxy })).not.toContain(CREATE_ESCROW);
    expect(await startChecks({ ...client, escrow: proxy }, client.bridge)).toEqual([]);
  });

  test("refuse another chain than CHAIN_ID says, on any of the URLs, by its number and not by its text", async () => {
    const both = chain.clientOf(chain.anvil.rpcUrl, otherChain.rpcUrl);
    const refusals = await startChecks(both, client.bridge);
    expect(refusals).toEqual([
      { check: "chain_id", es: expect.stringContaining("URL número 2"), en: expect.stringContaining("421614") },
    ]);
    expect(refusals[0]?.en).not.toContain(otherChain.rpcUrl);
  });

  test("refuse when no URL answers, and go on when one of two does", async () => {
    expect(await startChecks(chain.clientOf(DEAD_URL), client.bridge)).toMatchObject([{ check: "rpc" }]);
    expect(await startChecks(chain.clientOf(DEAD_URL, chain.anvil.rpcUrl), client.bridge)).toEqual([]);
  });

  test("refuse addresses without a contract, both at once", async () => {
    expect(await failed({ escrow: stranger, mxnb: stranger })).toEqual(["token_code", "escrow_code"]);
  });

  test("refuse the client's mainnet contract by its name", async () => {
    const escrow = await placeCode(codeWithSelectors("ac31309d", "ed653164"));
    const [refusal] = await startChecks({ ...client, escrow }, client.bridge);
    expect(refusal).toMatchObject({ check: "pausable_2_0", es: expect.stringContaining("KustodiaEscrow2_0Pausable") });
  });

  test("refuse a contract that lacks createEscrow or release, and name what it lacks", async () => {
    expect(await failed({ escrow: client.mxnb })).toEqual(["escrow_abi"]);
    const escrow = await placeCode(codeWithSelectors(CREATE_ESCROW));
    const [refusal] = await startChecks({ ...client, escrow }, client.bridge);
    expect(refusal?.en).toContain("lacks KustodiaEscrow2_0's release (0x37bdc99b)");
  });

  test("do not take a selector that lies across two bytes for a function", async () => {
    const shifted = `0x0${codeWithSelectors(CREATE_ESCROW, RELEASE).slice(2)}0` as const;
    expect(await failed({ escrow: await placeCode(shifted) })).toEqual(["escrow_abi"]);
  });

  test("refuse a token that has not 6 decimals", async () => {
    // Answers 18 to every call: PUSH1 18, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN.
    const mxnb = await placeCode("0x60125f5260205ff3");
    const [refusal] = await startChecks({ ...client, mxnb }, client.bridge);
    expect(refusal).toMatchObject({ check: "decimals", en: expect.stringContaining("18 decimals") });
  });

  test("refuse a key that is not the bridge wallet's, and a bridge wallet that is not the contract's", async () => {
    expect(await failed({}, stranger)).toEqual(["signer"]);
    expect(await failed({ bridge: stranger }, stranger)).toEqual(["bridge_wallet", "platform_wallet"]);
  });

  test("accept JUNO_WALLET as the platform wallet, and refuse a stranger's", async () => {
    const setPlatform = (wallet: Address) =>
      chain.asOwner(client.escrow, kustodiaEscrowAbi, "setPlatformWallet", [wallet]);
    await setPlatform(junoWallet);
    expect(await failed({})).toEqual([]);
    await setPlatform(stranger);
    expect(await failed({})).toEqual(["platform_wallet"]);
    await setPlatform(client.bridge);
  });

  test("say each refusal in Spanish and in English, with what to do", async () => {
    for (const { es, en } of await startChecks({ ...client, escrow: stranger, mxnb: stranger }, stranger)) {
      expect(es).toMatch(/; ponga .+\.$/);
      expect(en).toMatch(/; give .+\.$/);
    }
  });
});
