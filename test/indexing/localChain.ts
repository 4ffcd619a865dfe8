import {
  type Abi,
  type Address,
  createTestClient,
  http,
  type PrivateKeyAccount,
  publicActions,
  type TransactionReceipt,
  walletActions,
} from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { type DeployedContracts, deployContracts, type EscrowShape } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { anvilChain } from "../harness/anvilChain.ts";

const accounts = localAccounts();
export const owner = privateKeyToAccount(accounts.deployer.privateKey);
export const bridge = privateKeyToAccount(accounts.bridge.privateKey);
export const juno = privateKeyToAccount(accounts.juno.privateKey);
/** Somebody with gas whom the system has never heard of. */
export const stranger = mnemonicToAccount("test test test test test test test test test test test junk", {
  addressIndex: 9,
});

/** 150.00 MXN in MXNB base units. */
export const AMOUNT = 150_000_000n;
/** 1,000,000.00 MXN in MXNB base units: what the bridge has to begin with, all of which the escrow may draw. */
const FLOAT = 1_000_000_000_000n;

export type LocalChain = ReturnType<typeof actOn>;

/** A chain with MXNB and an escrow contract of this shape, and a bridge wallet that can fund escrows. */
export async function deployOn(rpcUrl: string, shape: EscrowShape): Promise<LocalChain> {
  const chain = actOn(rpcUrl, await deployContracts(rpcUrl, shape));
  await chain.mxnb(juno, "mint", [juno.address, FLOAT]);
  await chain.mxnb(juno, "transfer", [bridge.address, FLOAT]);
  await chain.mxnb(bridge, "approve", [chain.contracts.escrow, FLOAT]);
  return chain;
}

/** Sends transactions to these contracts through this RPC (a fork has its own) and waits until each is mined. */
export function actOn(rpcUrl: string, contracts: DeployedContracts) {
  const client = createTestClient({ mode: "anvil", chain: anvilChain, transport: http(rpcUrl), pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions);
  const to =
    (address: Address, abi: Abi) =>
    async (account: PrivateKeyAccount | typeof stranger, functionName: string, args: unknown[] = []) => {
      const hash = await client.writeContract({ account, address, abi, functionName, args });
      const receipt = await client.waitForTransactionReceipt({ hash });
      if (receipt.status !== "success") throw new Error(`${functionName} reverted in ${hash}`);
      return receipt;
    };
  const escrow = to(contracts.escrow, kustodiaEscrowAbi);
  const createEscrow = async (): Promise<TransactionReceipt> => {
    const deadline = (await client.getBlock()).timestamp + 86_400n;
    const terms = [AMOUNT, deadline, "inmueble", "hmac:7f3a", "payment:81"];
    return escrow(bridge, "createEscrow", [bridge.address, stranger.address, contracts.mxnb, ...terms]);
  };
  return { rpcUrl, contracts, client, escrow, mxnb: to(contracts.mxnb, mxnbAbi), createEscrow };
}
