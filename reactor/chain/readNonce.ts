import { type ChainClient, read } from "./client.ts";

/**
 * The bridge wallet's next nonce: `latest` counts what is mined, `pending` also what the endpoint holds in its pool (a
 * lower bound: another endpoint may hold more).
 *
 * @throws ChainUnavailable
 */
export async function readNonce(client: ChainClient): Promise<{ latest: number; pending: number }> {
  const count = (blockTag: "latest" | "pending") =>
    read(client, `nonce ${blockTag}`, (rpc) => rpc.getTransactionCount({ address: client.bridge, blockTag }));
  const [latest, pending] = await Promise.all([count("latest"), count("pending")]);
  return { latest, pending };
}
