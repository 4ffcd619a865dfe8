import { type Address, type Hex, isAddressEqual, type PublicClient, slice, zeroAddress } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { ChainUnavailable } from "./ChainUnavailable.ts";
import { type ChainClient, read } from "./client.ts";
import { describeFailure } from "./failures.ts";
import { type Refusal, refusal } from "./startRefusals.ts";

const NEEDED_FUNCTIONS = { createEscrow: "488ec89e", release: "37bdc99b" } as const;
/** createEscrow (token last) and releaseEscrow of the client's mainnet contract, "KustodiaEscrow2_0Pausable". */
const PAUSABLE_2_0_SELECTORS = ["ac31309d", "ed653164"] as const;
/** bytes32(keccak256("eip1967.proxy.implementation") - 1). Source: https://eips.ethereum.org/EIPS/eip-1967 */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const MXNB_DECIMALS = 6;

/**
 * Compares the configuration with the chain, before anything may be sent. Sends nothing.
 *
 * @param signerAddress who will sign.
 * @returns every reason found not to start; empty when all agrees. On the wrong chain, or without the right code at an
 *   address, it goes no further: what would be read then means nothing.
 */
export async function startChecks(client: ChainClient, signerAddress: Address): Promise<Refusal[]> {
  try {
    // Asked all at once, and judged in this order: what follows a refusal was read of something else.
    const [chain, code, ...others] = await Promise.allSettled([
      checkChain(client),
      checkCode(client),
      checkToken(client),
      checkWallets(client, signerAddress),
    ]);
    for (const one of [chain, code]) {
      const refusals = found(one);
      if (refusals.length > 0) return refusals;
    }
    return others.flatMap(found);
  } catch (error) {
    if (error instanceof ChainUnavailable) return [refusal("rpc", error)];
    throw error;
  }
}

function found(check: PromiseSettledResult<Refusal[]>): Refusal[] {
  if (check.status === "rejected") throw check.reason;
  return check.value;
}

/** Asks every endpoint that answers: two URLs of two chains would otherwise be noticed at the first fall-over. */
async function checkChain(client: ChainClient): Promise<Refusal[]> {
  const replies = await Promise.allSettled(client.endpoints.map((endpoint) => endpoint.getChainId()));
  const silent = replies.filter((reply) => reply.status === "rejected");
  if (silent.length === replies.length) {
    const failure = silent.map((reply) => describeFailure(reply.reason)).join("; ");
    return [refusal("rpc", { what: "eth_chainId", failure })];
  }
  return replies.flatMap((reply, index) =>
    reply.status === "rejected" || reply.value === client.chainId
      ? []
      : [refusal("chain_id", { url: index + 1, actual: reply.value, expected: client.chainId })],
  );
}

async function checkCode(client: ChainClient): Promise<Refusal[]> {
  const [escrowCode, tokenCode] = await Promise.all([
    codeBehind(client, client.escrow),
    codeBehind(client, client.mxnb),
  ]);
  const refusals = tokenCode ? [] : [refusal("token_code", { address: client.mxnb })];
  const address = client.escrow;
  if (!escrowCode) return [...refusals, refusal("escrow_code", { address })];
  if (PAUSABLE_2_0_SELECTORS.every((selector) => mentions(escrowCode, selector))) {
    return [...refusals, refusal("pausable_2_0", { address })];
  }
  const missing = Object.entries(NEEDED_FUNCTIONS).filter(([, selector]) => !mentions(escrowCode, selector));
  if (missing.length === 0) return refusals;
  const names = missing.map(([name, selector]) => `${name} (0x${selector})`).join(", ");
  return [...refusals, refusal("escrow_abi", { address, missing: names })];
}

async function checkToken(client: ChainClient): Promise<Refusal[]> {
  const token = { address: client.mxnb, abi: mxnbAbi } as const;
  const actual = await read(client, "decimals()", (rpc) => rpc.readContract({ ...token, functionName: "decimals" }));
  return actual === MXNB_DECIMALS ? [] : [refusal("decimals", { address: client.mxnb, actual })];
}

async function checkWallets(client: ChainClient, signer: Address): Promise<Refusal[]> {
  const { bridge, junoWallet } = client;
  const escrow = { address: client.escrow, abi: kustodiaEscrowAbi } as const;
  const ask = (functionName: "bridgeWallet" | "platformWallet") =>
    read(client, `${functionName}()`, (rpc: PublicClient) => rpc.readContract({ ...escrow, functionName }));
  const [bridgeWallet, platformWallet] = await Promise.all([ask("bridgeWallet"), ask("platformWallet")]);
  const refusals: Refusal[] = [];
  if (!isAddressEqual(signer, bridge)) refusals.push(refusal("signer", { signer, bridge }));
  if (!isAddressEqual(bridgeWallet, bridge)) refusals.push(refusal("bridge_wallet", { actual: bridgeWallet, bridge }));
  if (![bridge, junoWallet].some((ours) => isAddressEqual(platformWallet, ours))) {
    refusals.push(refusal("platform_wallet", { actual: platformWallet }));
  }
  return refusals;
}

/** The code that runs at an address: behind an EIP-1967 proxy, its implementation's. Null where there is none. */
async function codeBehind(client: ChainClient, address: Address): Promise<Hex | null> {
  const implementation = await read(client, `proxy ${address}`, async (rpc) => {
    const word = await rpc.getStorageAt({ address, slot: IMPLEMENTATION_SLOT });
    return word ? slice(word, -20) : zeroAddress;
  });
  const holder = isAddressEqual(implementation, zeroAddress) ? address : implementation;
  return (await read(client, `código de ${holder}`, (rpc) => rpc.getCode({ address: holder }))) ?? null;
}

/** Whether the code pushes this selector, as Solidity's dispatcher does with each of its functions (PUSH4 = 0x63). */
function mentions(code: Hex, selector: string): boolean {
  const push = `63${selector}`;
  for (let at = code.indexOf(push); at !== -1; at = code.indexOf(push, at + 1)) {
    // Hex digits in pairs: an odd offset is the tail of one byte and the head of the next.
    if (at % 2 === 0) return true;
  }
  return false;
}
