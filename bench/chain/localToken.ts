import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  type TransactionReceipt,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { DeployedContracts } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";

/** 150.00 MXN in MXNB base units. */
export const AMOUNT_BASE_UNITS = 150_000_000n;
/** 100,000,000.00 MXN: what the bridge has to begin with. */
export const FLOAT_BASE_UNITS = 100_000_000_000_000n;

export type Contract = Readonly<{ abi: Abi; address: Address }>;

/** Sends to a local chain, one transaction after the other. */
export type LocalChain = Readonly<{
  bridge: PrivateKeyAccount;
  token: Contract;
  deploy(code: Readonly<{ abi: Abi; bytecode: Hex }>, args?: readonly unknown[]): Promise<Contract>;
  /** @param gas its limit; as much as the node estimates unless said. @throws Error when it reverts. */
  send(to: Contract, functionName: string, args: readonly unknown[], gas?: bigint): Promise<TransactionReceipt>;
  /** As whoever deployed our contracts. */
  sendAsOwner(to: Contract, functionName: string, args: readonly unknown[]): Promise<TransactionReceipt>;
  /** How many escrows a contract of ours has ever made. */
  escrowsOf(escrow: Address): Promise<number>;
}>;

/** The bridge wallet with enough MXNB for every payment of a bench. */
export async function localToken(rpcUrl: string, { mxnb }: DeployedContracts): Promise<LocalChain> {
  const accounts = localAccounts();
  const [bridge, owner, juno] = [accounts.bridge, accounts.deployer, accounts.juno].map(({ privateKey }) =>
    privateKeyToAccount(privateKey),
  ) as [PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount];
  const rpc = createPublicClient({ transport: http(rpcUrl), pollingInterval: 10, cacheTime: 0 });
  const wallet = createWalletClient({ transport: http(rpcUrl) });
  const mined = async (hash: Hex) => {
    const receipt = await rpc.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`Transaction ${hash} was reverted.`);
    return receipt;
  };
  const sendAs =
    (account: PrivateKeyAccount) =>
    async ({ abi, address }: Contract, functionName: string, args: readonly unknown[], gas?: bigint) =>
      mined(
        await wallet.writeContract({ account, chain: null, abi, address, functionName, args, ...(gas && { gas }) }),
      );
  const token = { abi: mxnbAbi as Abi, address: mxnb };
  await sendAs(juno)(token, "mint", [bridge.address, FLOAT_BASE_UNITS]);
  return {
    bridge,
    token,
    deploy: async ({ abi, bytecode }, args = []) => {
      const { contractAddress } = await mined(
        await wallet.deployContract({ account: bridge, chain: null, abi, bytecode, args }),
      );
      if (!contractAddress) throw new Error("The deployment made no contract.");
      return { abi, address: contractAddress };
    },
    send: sendAs(bridge),
    sendAsOwner: sendAs(owner),
    escrowsOf: async (address) =>
      Number(await rpc.readContract({ abi: kustodiaEscrowAbi, address, functionName: "nextEscrowId" })) - 1,
  };
}
