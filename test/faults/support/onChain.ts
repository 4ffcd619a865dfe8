import {
  type Abi,
  createTestClient,
  type Hex,
  http,
  publicActions,
  TransactionReceiptNotFoundError,
  walletActions,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { kustodiaEscrowAbi } from "../../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../../abis/mxnb.ts";
import { localAccounts } from "../../../bin/stack/localAccounts.ts";
import { anvilChain } from "../../harness/anvilChain.ts";
import type { FreshSystem } from "../../harness/freshSystem.ts";

/** What the owner of both contracts, and the chain itself, can do to a payment. Asked of the node and not of any proxy. */
export function onChain({ anvil, contracts }: FreshSystem) {
  const node = createTestClient({
    account: privateKeyToAccount(localAccounts().deployer.privateKey),
    mode: "anvil",
    chain: anvilChain,
    transport: http(anvil.rpcUrl),
    pollingInterval: 50,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
  const asOwner =
    (address: Hex, abi: Abi) =>
    async (functionName: string, args: readonly unknown[] = []) => {
      const hash = await node.writeContract({ address, abi, functionName, args });
      const { status } = await node.waitForTransactionReceipt({ hash, timeout: 30_000 });
      if (status !== "success") throw new Error(`${functionName} reverted`);
    };
  return {
    node,
    token: asOwner(contracts.mxnb, mxnbAbi),
    escrow: asOwner(contracts.escrow, kustodiaEscrowAbi),
    /** Null for a transaction that is in no block. */
    receiptOf: (hash: Hex) =>
      node.getTransactionReceipt({ hash }).catch((error: unknown) => {
        if (error instanceof TransactionReceiptNotFoundError) return null;
        throw error;
      }),
    /** The newest blocks are replaced by empty ones: what was in them is gone, also from the pool. */
    reorg: (depth: number) => node.request({ method: "anvil_reorg" as never, params: [depth, []] as never }),
  };
}
