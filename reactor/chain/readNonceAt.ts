import { type ChainClient, read } from "./client.ts";

/**
 * The bridge wallet's next nonce as of a block. At the settled head it says which nonces are consumed for good.
 *
 * @throws ChainUnavailable also when the endpoint no longer keeps that block's state.
 */
export function readNonceAt(client: ChainClient, blockNumber: bigint): Promise<number> {
  return read(client, `nonce en el bloque ${blockNumber}`, (rpc) =>
    rpc.getTransactionCount({ address: client.bridge, blockNumber }),
  );
}
