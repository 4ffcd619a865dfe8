import { mxnbAbi } from "../../abis/mxnb.ts";
import { type ChainClient, type LaneWallets, read } from "./client.ts";

/**
 * What the bridge wallets and the escrows of some lanes hold together at the end of one block, MXNB base units, in one call: the
 * bundle is sent with its own code, so that no contract for it need be on the chain.
 * @throws ChainUnavailable
 */
export async function readBalances(
  client: ChainClient,
  wallets: readonly LaneWallets[],
  blockNumber: bigint,
): Promise<Readonly<{ bridge: bigint; escrow: bigint }>> {
  const balanceOf = (address: `0x${string}`) =>
    ({ address: client.mxnb, abi: mxnbAbi, functionName: "balanceOf", args: [address] }) as const;
  const addresses = [...wallets.map(({ bridge }) => bridge), ...wallets.map(({ escrow }) => escrow)];
  const balances = await read(client, `balances at block ${blockNumber}`, (rpc) =>
    rpc.multicall({ contracts: addresses.map(balanceOf), allowFailure: false, deployless: true, blockNumber }),
  );
  const sum = (some: readonly bigint[]) => some.reduce((one, other) => one + other, 0n);
  return { bridge: sum(balances.slice(0, wallets.length)), escrow: sum(balances.slice(wallets.length)) };
}
