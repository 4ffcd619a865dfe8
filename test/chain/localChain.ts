import {
  type Abi,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  publicActions,
  walletActions,
} from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { buildContracts } from "../../bin/contracts/build.ts";
import type { AnvilOptions } from "../../bin/stack/startAnvil.ts";
import { broadcast } from "../../reactor/chain/broadcast.ts";
import type { ChainCall, EscrowTerms } from "../../reactor/chain/calls.ts";
import { createChainClient } from "../../reactor/chain/client.ts";
import { readNonce } from "../../reactor/chain/readNonce.ts";
import { receiptOf } from "../../reactor/chain/receiptOf.ts";
import { signerFromPrivateKey } from "../../reactor/chain/signer.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";

export type EscrowShape = "escrow" | "twoStepEscrow";
export type LocalChain = Awaited<ReturnType<typeof localChain>>;

const MNEMONIC = "test test test test test test test test test test test junk";
/** Anvil's account 1. */
export const BRIDGE_KEY: Hex = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const owner = mnemonicToAccount(MNEMONIC, { addressIndex: 0 });
const bridge = privateKeyToAccount(BRIDGE_KEY).address;
export const junoWallet = mnemonicToAccount(MNEMONIC, { addressIndex: 2 }).address;
export const stranger = mnemonicToAccount(MNEMONIC, { addressIndex: 3 }).address;

/** 25,000.00 MXN. */
export const AMOUNT = 25_000_000_000n;
export const FEES = { maxFeePerGas: 10_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };

/** An Anvil with MXNB and one of the two escrow shapes on it, and AMOUNT of MXNB in the bridge wallet. */
export async function localChain(shape: EscrowShape, options: AnvilOptions = {}) {
  const [contracts, anvil] = await Promise.all([buildContracts(), freshAnvil(options)]);
  const transport = http(anvil.rpcUrl);
  const node = createTestClient({ mode: "anvil", chain: anvilChain, transport, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions);
  const wallet = createWalletClient({ account: owner, chain: anvilChain, transport });

  const deploy = async ({ abi, bytecode }: { abi: Abi; bytecode: Hex }, args: readonly unknown[] = []) => {
    const hash = await wallet.deployContract({ abi, bytecode, args });
    const { contractAddress } = await node.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error(`deployment ${hash} made no contract`);
    return contractAddress;
  };
  /** A call by account 0: owner of the escrow, and every role of MXNB. */
  const asOwner = async (to: Hex, abi: Abi, functionName: string, args: readonly unknown[]) => {
    const hash = await wallet.sendTransaction({ to, data: encodeFunctionData({ abi, functionName, args }) });
    const { status } = await node.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${functionName} reverted`);
  };

  const escrow = await deploy(contracts[shape]);
  await asOwner(escrow, contracts[shape].abi, "initialize", [bridge, bridge]);
  const mxnb = await deploy(contracts.mxnb);
  await asOwner(mxnb, mxnbAbi, "configureMinter", [owner.address, 10n ** 18n]);
  await asOwner(mxnb, mxnbAbi, "mint", [bridge, AMOUNT]);

  const addresses = { escrow, mxnb, bridge, junoWallet };
  const common = { ...addresses, chainId: 31337, timeoutMs: 2_000 };
  const client = createChainClient({ ...common, rpcUrls: [anvil.rpcUrl] });
  const signer = signerFromPrivateKey(BRIDGE_KEY);

  /** What the lane does, without its rows: sign with the next nonce, broadcast, read the receipt. */
  const send = async (call: ChainCall) => {
    const { latest: nonce } = await readNonce(client);
    const { to, data } = call;
    const { raw, hash } = await signer.sign({ chainId: 31337, nonce, gas: 1_000_000n, ...FEES, to, data });
    const sent = await broadcast(client, raw);
    if (sent.outcome !== "done") throw new Error(`${call.verb}: ${JSON.stringify(sent)}`);
    await node.waitForTransactionReceipt({ hash });
    return receiptOf(client, hash);
  };

  const terms = async (): Promise<EscrowTerms> => ({
    payer: bridge,
    payee: bridge,
    amountBaseUnits: AMOUNT,
    deadlineUnixS: Number((await node.getBlock()).timestamp) + 86_400,
    vertical: "inmobiliaria",
    clabeReference: "hmac:5f2c",
    conditions: "payment:81",
  });

  return {
    anvil,
    node,
    client,
    signer,
    send,
    terms,
    deploy,
    asOwner,
    contracts,
    /** The same chain through other URLs. */
    clientOf: (...rpcUrls: string[]) => createChainClient({ ...common, rpcUrls }),
    token: (functionName: string, ...args: readonly unknown[]) => asOwner(mxnb, mxnbAbi, functionName, args),
    emptyGas: () => node.setBalance({ address: bridge, value: 0n }),
  };
}

/** Nobody listens there: connections are refused. (Port 1 would not do: fetch does not even try its "bad ports".) */
export const DEAD_URL = "http://127.0.0.1:2";
