import { type Address, createPublicClient, createWalletClient, type Hex, http, type PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { buildContracts } from "../contracts/build.ts";
import { localAccounts } from "./localAccounts.ts";

/** "one-step": our contract, createEscrow pulls the tokens. "two-step": the deployed one's shape, fundEscrow pulls them. */
export type EscrowShape = "one-step" | "two-step";

export interface DeployedContracts {
  mxnb: Address;
  escrow: Address;
  /** The block before which neither contract existed. */
  startBlock: number;
  chainId: number;
}

/** What the bank may mint in base units (6 decimals): a billion pesos, more than any simulation moves. */
const MINTER_ALLOWANCE_BASE_UNITS = 10n ** 15n;

/**
 * Compiles and deploys MXNB and the escrow on a local chain and sets them up: the bridge wallet is also the platform
 * wallet, the bank's custody wallet may mint. Returns when every transaction is mined. On a fresh chain the addresses are always the same.
 * @throws when a contract does not compile or a transaction fails
 */
export async function deployContracts(
  rpcUrl: string,
  shape: EscrowShape,
  bridge: Address = localAccounts().bridge.address,
): Promise<DeployedContracts> {
  const { mxnb } = await buildContracts();
  const { juno } = localAccounts();
  const { reader, owner } = clientsOf(rpcUrl);
  const startBlock = Number(await reader.getBlockNumber());
  const chain = null;

  const mxnbAddress = await created(reader, await owner.deployContract({ ...mxnb, chain }));
  const escrowAddress = await deployEscrow(rpcUrl, shape, bridge);
  await allowMinting(rpcUrl, mxnbAddress, juno.address);

  return { mxnb: mxnbAddress, escrow: escrowAddress, startBlock, chainId: await reader.getChainId() };
}

/** Lets a custody wallet of the bank's mint MXNB: another account beside the first. @throws as deployContracts. */
export async function allowMinting(rpcUrl: string, mxnbAddress: Address, wallet: Address): Promise<void> {
  const { mxnb } = await buildContracts();
  const { reader, owner } = clientsOf(rpcUrl);
  const allow = { functionName: "configureMinter", args: [wallet, MINTER_ALLOWANCE_BASE_UNITS] };
  await succeeded(reader, await owner.writeContract({ abi: mxnb.abi, address: mxnbAddress, chain: null, ...allow }));
}

/** Deploys an escrow contract and sets it up for one bridge wallet: another lane beside the first. @throws as deployContracts. */
export async function deployEscrow(rpcUrl: string, shape: EscrowShape, bridge: Address): Promise<Address> {
  const { escrow: oneStep, twoStepEscrow } = await buildContracts();
  const escrow = shape === "one-step" ? oneStep : twoStepEscrow;
  const { reader, owner } = clientsOf(rpcUrl);
  const chain = null;
  const address = await created(reader, await owner.deployContract({ ...escrow, chain }));
  const initialize = { functionName: "initialize", args: [bridge, bridge] };
  await succeeded(reader, await owner.writeContract({ abi: escrow.abi, address, chain, ...initialize }));
  return address;
}

function clientsOf(rpcUrl: string) {
  const { deployer } = localAccounts();
  const account = privateKeyToAccount(deployer.privateKey);
  return {
    reader: createPublicClient({ transport: http(rpcUrl), pollingInterval: 50 }),
    owner: createWalletClient({ account, transport: http(rpcUrl) }),
  };
}

async function created(reader: PublicClient, hash: Hex): Promise<Address> {
  const { contractAddress } = await succeeded(reader, hash);
  if (!contractAddress) throw new Error(`Transaction ${hash} was meant to create a contract and did not.`);
  return contractAddress;
}

async function succeeded(reader: PublicClient, hash: Hex) {
  const receipt = await reader.waitForTransactionReceipt({ hash, timeout: 60_000 });
  if (receipt.status !== "success") throw new Error(`Transaction ${hash} of the deployment was reverted.`);
  return receipt;
}
