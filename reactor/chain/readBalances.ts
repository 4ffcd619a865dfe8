import { mxnbAbi } from "../../abis/mxnb.ts";
import { type ChainClient, read } from "./client.ts";

/**
 * What the bridge wallet and the escrow hold at the end of one block, MXNB base units, in one call: the bundle is sent with
 * its own code, so that no contract for it need be on the chain.
 * @throws ChainUnavailable
 */
export async function readBalances(
  client: ChainClient,
  blockNumber: bigint,
): Promise<Readonly<{ bridge: bigint; escrow: bigint }>> {
  const balanceOf = (address: `0x${string}`) =>
    ({ address: client.mxnb, abi: mxnbAbi, functionName: "balanceOf", args: [address] }) as const;
  const [bridge, escrow] = await read(client, `balances at block ${blockNumber}`, (rpc) =>
    rpc.multicall({
      contracts: [balanceOf(client.bridge), balanceOf(client.escrow)],
      allowFailure: false,
      deployless: true,
      blockNumber,
    }),
  );
  return { bridge, escrow };
}
