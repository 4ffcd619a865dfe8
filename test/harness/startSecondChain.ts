import { deployContracts, type EscrowShape } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { startAnvil } from "../../bin/stack/startAnvil.ts";
import { startPonder } from "../../bin/stack/startPonder.ts";
import { startSandbox } from "../../bin/stack/startSandbox.ts";
import type { Supervisor } from "../../bin/stack/supervise.ts";
import type { TestFolder } from "./testFolder.ts";

/** Arbitrum Sepolia's, so that this one is not taken for the chain of a local start. */
const SECOND_CHAIN_ID = 421_614;

export interface SecondChainOptions {
  supervisor: Supervisor;
  checkout: string;
  folder: TestFolder;
  databaseUrl: string;
  shape: EscrowShape;
  bankKey: { apiKey: string; apiSecret: string };
  tripwireKey: { apiKey: string; apiSecret: string };
}

export type SecondChain = Awaited<ReturnType<typeof startSecondChain>>;

/**
 * A second chain beside the first, in the same database: a node, its indexer and a bank account. One deployer with the same nonces puts
 * its contracts at the very addresses that the first chain has them at, and the bank's wallet has the same address too; only the
 * bridge wallet is another.
 */
export async function startSecondChain(options: SecondChainOptions) {
  const { supervisor, checkout, folder, databaseUrl, shape, bankKey, tripwireKey } = options;
  const node = { name: "anvil-norte", statePath: folder.pathOf("chain-norte.json") };
  const anvilOptions = { ...node, blockTimeS: 1, slotsInAnEpoch: 1, chainId: SECOND_CHAIN_ID };
  const anvil = await startAnvil(supervisor, anvilOptions);
  const { juno, secondBridge } = localAccounts();
  const contracts = await deployContracts(anvil.rpcUrl, shape, secondBridge.address);
  const sandbox = await startSandbox(supervisor, {
    ...{ checkout, name: "sandbox-norte", rpcUrl: anvil.rpcUrl, mxnb: contracts.mxnb },
    ...{ junoWalletPrivateKey: juno.privateKey, ...bankKey, tripwireKey },
    journalPath: folder.pathOf("bank-norte.journal"),
  });
  const facts = {
    ETH_RPC_URL: anvil.rpcUrl,
    ETH_WS_URL: anvil.wsUrl,
    CHAIN_ID: String(contracts.chainId),
    INDEX_SCHEMA: `chain_${contracts.chainId}`,
    ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
    MOCK_ERC20_ADDRESS: contracts.mxnb,
    ESCROW_BRIDGE_WALLET: secondBridge.address,
    JUNO_WALLET: juno.address,
    START_BLOCK: String(contracts.startBlock),
  };
  const ponder = await startPonder(supervisor, {
    ...{ checkout, name: "ponder-norte", env: { ...facts, DATABASE_URL: databaseUrl } },
  });
  return {
    anvil,
    contracts,
    sandbox,
    ponder,
    restartAnvil: () => startAnvil(supervisor, { ...anvilOptions, port: anvil.port }),
    /** What a reactor, or a tripwire, of its lane is started with over the first one's. */
    environment: {
      ...facts,
      LANE: "norte",
      BANK_ACCOUNT: "norte",
      // The real chain's blocks come four a second, this one's one.
      CONFIRMATIONS: "0",
      ESCROW_PRIVATE_KEY: secondBridge.privateKey,
      JUNO_STAGE_BASE_URL: sandbox.url,
      JUNO_STAGE_API_KEY: bankKey.apiKey,
      JUNO_STAGE_API_SECRET: bankKey.apiSecret,
      TRIPWIRE_JUNO_API_KEY: tripwireKey.apiKey,
      TRIPWIRE_JUNO_API_SECRET: tripwireKey.apiSecret,
    },
  };
}
