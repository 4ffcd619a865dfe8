import { createTestClient, type Hex, http } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import type { DeployedContracts } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { encodeCreateEscrow, encodeRelease } from "../../reactor/chain/calls.ts";
import { compileReferences } from "../chain/compileReferences.ts";
import { escrowTerms } from "../chain/escrowsInFlight.ts";
import { FLOAT_BASE_UNITS, localToken } from "../chain/localToken.ts";

/** Each is created and funded in one transaction, and released in another. */
export const EVENTS_OF_AN_ESCROW = 3;
/** In a block, which is one transaction. Anvil keeps the whole state of each: with fifty it was minutes. */
const IN_A_BLOCK = 200;
const GAS = 100_000_000n;
/** Ponder calls itself ready once it has what is final, and leaves the newest blocks for later. */
const BLOCKS_AFTER = 100;
/** Anvil copies what it holds for each block. */
const MINED_WITHIN_MS = 120_000;

/**
 * Escrows on a chain of few blocks, so that it is not the node that is measured: a bridge wallet that is a contract creates
 * many in one transaction, and releases them likewise.
 * @returns the bridge wallet. @throws Error when not all of them are there.
 */
export async function mineEscrows(rpcUrl: string, contracts: DeployedContracts, count: number): Promise<Hex> {
  const { escrow, mxnb } = contracts;
  const node = createTestClient({ mode: "anvil", transport: http(rpcUrl, { timeout: MINED_WITHIN_MS }) });
  await node.setBlockGasLimit({ gasLimit: 2n * GAS });
  const chain = await localToken(rpcUrl, contracts);
  const bridge = await chain.deploy(compileReferences()("BridgeBatch"));
  const ours = { abi: kustodiaEscrowAbi, address: escrow };
  await chain.sendAsOwner(ours, "setBridgeWallet", [bridge.address]);
  await chain.send(chain.token, "transfer", [bridge.address, FLOAT_BASE_UNITS]);
  await chain.send(bridge, "approve", [mxnb, escrow, FLOAT_BASE_UNITS]);
  const at = { escrow, mxnb, bridge: bridge.address, junoWallet: localAccounts().juno.address };
  const { data: create } = encodeCreateEscrow(at, escrowTerms(at));
  const callEach = (calls: readonly Hex[]) => chain.send(bridge, "callEach", [escrow, calls], GAS);
  for (let first = 1; first <= count; first += IN_A_BLOCK) {
    const ids = Array.from({ length: Math.min(IN_A_BLOCK, count - first + 1) }, (_, nth) => BigInt(first + nth));
    await callEach(ids.map(() => create));
    await callEach(ids.map((escrowId) => encodeRelease(at, { escrowId }).data));
  }
  await node.mine({ blocks: BLOCKS_AFTER });
  const made = await chain.escrowsOf(escrow);
  if (made !== count) throw new Error(`${made} escrows were made, not ${count}.`);
  return bridge.address;
}
