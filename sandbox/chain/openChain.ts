import { type Address, createPublicClient, type Hash, type Hex, http, type PublicClient } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** The bank's hands on the chain. */
export type Chain = {
  client: PublicClient;
  chainId: number;
  genesisHash: Hash;
  mxnb: Address;
  /** JUNO_WALLET: custody and minter. */
  wallet: PrivateKeyAccount;
};

/** Connects and asks which chain it is. Throws viem's error when the RPC does not answer. */
export async function openChain(rpcUrl: string, mxnb: Address, privateKey: Hex): Promise<Chain> {
  // Heads are compared with what was just mined, so nothing may be cached.
  const client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
  const [chainId, genesis] = await Promise.all([client.getChainId(), client.getBlock({ blockNumber: 0n })]);
  return { client, chainId, genesisHash: genesis.hash, mxnb, wallet: privateKeyToAccount(privateKey) };
}
