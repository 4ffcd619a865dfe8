import { BlockNotFoundError, type Hex } from "viem";
import { type ChainClient, read } from "./client.ts";

/**
 * The hash of the block now at this number, or null when the chain has no such block yet.
 *
 * @throws ChainUnavailable
 */
export function blockHashAt(client: ChainClient, blockNumber: bigint): Promise<Hex | null> {
  return read(client, `bloque ${blockNumber}`, async (rpc) => {
    try {
      return (await rpc.getBlock({ blockNumber })).hash;
    } catch (error) {
      if (error instanceof BlockNotFoundError) return null;
      throw error;
    }
  });
}
