import { type ChainClient, read } from "./client.ts";

/**
 * The bridge wallet's ether, in wei: what pays for gas.
 *
 * @throws ChainUnavailable
 */
export function readGasBalance(client: ChainClient): Promise<bigint> {
  return read(client, "saldo de gas", (rpc) => rpc.getBalance({ address: client.bridge }));
}
