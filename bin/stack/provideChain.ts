import { createPublicClient, http } from "viem";
import type { EscrowShape } from "./deployContracts.ts";
import { localAccounts } from "./localAccounts.ts";
import type { StateFolder } from "./openStateFolder.ts";
import type { ContractEnvironment, StackPlan } from "./planStack.ts";
import { rememberDeployment } from "./rememberDeployment.ts";
import { StackError } from "./StackError.ts";
import { startAnvil } from "./startAnvil.ts";
import type { Supervisor } from "./supervise.ts";

export interface ProvidedChain {
  /** As it was configured: several URLs may stand there, with commas between them. */
  rpcUrl: string;
  /** One of them, which answered. */
  nodeUrl: string;
  wsUrl: string | undefined;
  chainId: number;
  /** Addresses and the bridge wallet's key, by the names every program reads. */
  contracts: ContractEnvironment;
  /** Names what belongs to these very contracts on this very chain: our database, the sandbox's journal. */
  id: string;
  /** True when the contracts were deployed by this start. */
  isNew: boolean;
}

const LOCAL_CHAIN_ID = 31337;

/**
 * The chain and the contracts on it: those configured, or an Anvil of ours, and contracts deployed once.
 * @throws {StackError} when the configured RPC does not answer, or is a real chain on which no contracts were named
 */
export async function provideChain(
  supervisor: Supervisor,
  plan: StackPlan,
  state: StateFolder,
  shape: EscrowShape,
): Promise<ProvidedChain> {
  const { rpcUrl, wsUrl } = plan.chain.kind === "configured" ? plan.chain : await startLocalChain(supervisor, state);
  const { nodeUrl, chainId } = await askChain(rpcUrl);
  if (plan.contracts.kind === "configured") {
    const contracts = plan.contracts.env;
    const id = `${chainId}_${contracts.ESCROW_CONTRACT_ADDRESS_2.slice(2, 10).toLowerCase()}`;
    return { rpcUrl, nodeUrl, wsUrl, chainId, contracts, id, isNew: false };
  }
  if (chainId !== LOCAL_CHAIN_ID) throw noContracts(chainId);
  const deployment = await rememberDeployment(nodeUrl, state.deployment, shape);
  const { bridge, juno } = localAccounts();
  const contracts = {
    ESCROW_CONTRACT_ADDRESS_2: deployment.escrow,
    MOCK_ERC20_ADDRESS: deployment.mxnb,
    ESCROW_BRIDGE_WALLET: bridge.address,
    ESCROW_PRIVATE_KEY: bridge.privateKey,
    JUNO_WALLET: juno.address,
    START_BLOCK: String(deployment.startBlock),
  };
  return { rpcUrl, nodeUrl, wsUrl, chainId, contracts, id: deployment.id, isNew: deployment.isNew };
}

/** A block each second, whose `safe` head is one block behind: what waits for it waits a second, but does wait (DESIGN 3). */
function startLocalChain(supervisor: Supervisor, state: StateFolder) {
  return startAnvil(supervisor, { statePath: state.chain, blockTimeS: 1, slotsInAnEpoch: 1 });
}

/** Asks all nodes at once, and takes the first that answers; the reactor asks each whether they are of one chain. */
async function askChain(rpcUrl: string): Promise<{ nodeUrl: string; chainId: number }> {
  const ask = async (url: string) => ({
    nodeUrl: url,
    chainId: await createPublicClient({ transport: http(url) }).getChainId(),
  });
  try {
    return await Promise.any(rpcUrl.split(",").map((url) => ask(url.trim())));
  } catch (cause) {
    throw new StackError(
      {
        es: `La cadena de ETH_RPC_URL no contesta: revise la dirección y la red, o quite ETH_RPC_URL para usar la cadena local.`,
        en: `The chain of ETH_RPC_URL does not answer: check its address and the network, or remove ETH_RPC_URL to use the local chain.`,
      },
      { cause },
    );
  }
}

function noContracts(chainId: number): StackError {
  return new StackError({
    es: `En la cadena ${chainId} no se despliegan contratos: indique ESCROW_CONTRACT_ADDRESS_2, MOCK_ERC20_ADDRESS y las demás variables del README.`,
    en: `No contracts are deployed on chain ${chainId}: name ESCROW_CONTRACT_ADDRESS_2, MOCK_ERC20_ADDRESS and the other variables of the README.`,
  });
}
