import { resolve } from "node:path";
import { installKey, installTwoPersons } from "../../bin/operate/installKey.ts";
import {
  allowMinting,
  type DeployedContracts,
  deployContracts,
  deployEscrow,
  type EscrowShape,
} from "../../bin/stack/deployContracts.ts";
import { freePort } from "../../bin/stack/freePort.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import type { Environment } from "../../bin/stack/planStack.ts";
import { SANDBOX_PACE } from "../../bin/stack/provideBank.ts";
import { provideTripwireRole } from "../../bin/stack/provideTripwireRole.ts";
import { REHEARSAL } from "../../bin/stack/rehearsal.ts";
import { type AnvilOptions, type RunningAnvil, startAnvil } from "../../bin/stack/startAnvil.ts";
import { type PonderEnvironment, type RunningPonder, startPonder } from "../../bin/stack/startPonder.ts";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { buildBy } from "../../bin/stack/startProgram.ts";
import { type RunningReactor, startReactor } from "../../bin/stack/startReactor.ts";
import { type RunningSandbox, startSandbox } from "../../bin/stack/startSandbox.ts";
import { startTripwire } from "../../bin/stack/startTripwire.ts";
import { type Child, supervise } from "../../bin/stack/supervise.ts";
import { unclassifiedAnswers } from "../../bin/stack/unclassifiedAnswers.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { builtForRun } from "./builtForRun.ts";
import { type FreshDatabase, freshDatabase, freshTables } from "./freshDatabase.ts";
import { type SecondChain, startSecondChain } from "./startSecondChain.ts";
import { openTestFolder } from "./testFolder.ts";

export interface FreshSystemOptions {
  shape?: EscrowShape;
  /** As `npm start` has it when left out: a block each second, `safe` one block behind. */
  anvil?: AnvilOptions;
  /** For reactor/config.ts, over what the system itself says. */
  reactorEnv?: Environment;
  /** A Postgres server of its own, which the test may restart. */
  ownPostgres?: true;
  /** A second lane beside the first: its contract and wallet, which index and tripwire know; `secondLane` starts its reactor. */
  lanes?: 2;
  /** The second lane on a bank account of its own: another sandbox, with keys and a wallet of its own. */
  accounts?: 2;
  /** A second lane on a chain of its own, with its index and a bank account; `secondLane` starts its reactor. */
  chains?: 2;
  /** Answers of bank or chain that this test causes although no table classifies them. Any other one fails the test file. */
  unclassified?: RegExp;
  /** Another installation on the same chain, contracts and bank account as this system's: only database and index are new. */
  beside?: Pick<FreshSystem, "anvil" | "contracts" | "sandbox">;
}

export interface FreshSystem {
  database: FreshDatabase;
  anvil: RunningAnvil;
  contracts: DeployedContracts;
  sandbox: RunningSandbox;
  /** The second bank account's; the first one's without `accounts: 2` and `chains: 2`. */
  secondSandbox: RunningSandbox;
  /** Null without `chains: 2`. */
  secondChain: SecondChain | null;
  ponder: RunningPonder;
  /** The configuration of its reactors, but their port: for whatever else reads this system as it is configured. */
  environment: Environment;
  /** What a reactor, or a tripwire, of the second lane is started with over `environment`; empty without `lanes: 2` and `chains: 2`. */
  secondLane: Environment;
  /** The keys the sandbox knows. */
  bankKey: { apiKey: string; apiSecret: string };
  tripwireKey: { apiKey: string; apiSecret: string };
  /** For `Authorization: Bearer`: a service's, which may all but approve. */
  apiKey: string;
  /** The keys of two persons, who together may do what one may not. */
  persons: readonly [string, string];
  /** Starts a reactor; none runs until then. A second name gives a second one beside the first; `API_PORT` an address that one had. */
  startReactor(name?: string, env?: Environment): Promise<RunningReactor>;
  /** Starts the tripwire; it needs the tables that a first reactor made. `secondLane` makes it the second account's. */
  startTripwire(env?: Environment): Promise<Child>;
  /** Starts Ponder again, after its `stop()`: on the same facts, unless its environment is another one now. */
  restartPonder(env?: Partial<PonderEnvironment>): Promise<RunningPonder>;
  /** Starts the sandbox again, after its `stop()`, on the same port and books. */
  restartSandbox(): Promise<RunningSandbox>;
  /** Starts Anvil again, after its `stop()`, on the same port, with the chain as its stop left it in `chainState`. */
  restartAnvil(): Promise<RunningAnvil>;
  /** The file in which Anvil keeps its chain. */
  chainState: string;
  /**
   * Stops this system's own Postgres and starts it again, with something done in between.
   * @throws Error without `ownPostgres`: the run shares it.
   */
  restartPostgres(whileDown?: () => Promise<void>): Promise<void>;
  /** Ends every part and drops the database. */
  close(): Promise<void>;
}

const BANK_KEY = { apiKey: "test-bank-key", apiSecret: "test-bank-secret" };
/** The same in every system: two of them beside each other are asked with it. */
const API_KEY = `kst_${"7e57".repeat(3)}_${"7e57".repeat(12)}`;
const SERVICE_SCOPES = ["read", "operate", "admin", "audit"] as const;
const SECOND_BANK_KEY = { apiKey: "second-bank-key", apiSecret: "second-bank-secret" };
const SECOND_TRIPWIRE_KEY = { apiKey: "second-tripwire-key", apiSecret: "second-tripwire-secret" };
const TRIPWIRE_KEY = { apiKey: "test-tripwire-key", apiSecret: "test-tripwire-secret" };

/**
 * Every part of the system, real, empty, and the calling test file's own, but for the Postgres server, which the run
 * shares unless `ownPostgres` is asked for.
 * `const system = await freshSystem(); afterAll(() => system.close());`
 */
export async function freshSystem(options: FreshSystemOptions = {}): Promise<FreshSystem> {
  const checkout = resolve(import.meta.dirname, "../..");
  const folder = openTestFolder();
  const supervisor = supervise(folder.path);
  buildBy(supervisor, builtForRun);
  const serverOptions = { checkout, dataDir: folder.pathOf("postgres") };
  let server = options.ownPostgres ? await startPostgres(supervisor, serverOptions) : null;
  const database = server === null ? await freshTables() : await freshDatabase(server.url);
  const restartPostgres = async (whileDown?: () => Promise<void>) => {
    if (server === null) throw new Error("This system's Postgres is the run's: only its own may be restarted.");
    await server.stop();
    await whileDown?.();
    server = await startPostgres(supervisor, { ...serverOptions, port: server.port });
  };
  const close = async () => {
    // Its own server ends with the other parts, and the database with its folder.
    if (server !== null) await database.pool.end();
    await supervisor.stopAll(10_000);
    if (server === null) await database.close();
    const unclassified = unclassifiedAnswers(folder.path).filter((line) => !options.unclassified?.test(line));
    folder.remove();
    if (unclassified.length > 0) throw new Error(`Nobody has classified:\n${unclassified.join("\n")}`);
  };
  try {
    return { ...(await startParts()), database, bankKey: BANK_KEY, tripwireKey: TRIPWIRE_KEY, restartPostgres, close };
  } catch (error) {
    await close();
    throw error;
  }

  async function startParts() {
    const chainState = folder.pathOf("chain.json");
    const anvilOptions = {
      statePath: chainState,
      ...(options.anvil ?? { blockTimeS: 1, slotsInAnEpoch: 1 }),
    };
    const { beside } = options;
    const anvil = beside?.anvil ?? (await startAnvil(supervisor, anvilOptions));
    const restartAnvil = () => startAnvil(supervisor, { ...anvilOptions, port: anvil.port });
    const shape = options.shape ?? "one-step";
    const contracts = beside?.contracts ?? (await deployContracts(anvil.rpcUrl, shape));
    const { bridge, juno, secondBridge, secondJuno } = localAccounts();
    const secondEscrow = options.lanes === 2 ? await deployEscrow(anvil.rpcUrl, shape, secondBridge.address) : null;
    const hasTwoAccounts = options.accounts === 2;
    const ofLane: Environment =
      secondEscrow === null
        ? {}
        : {
            LANE: "norte",
            ESCROW_CONTRACT_ADDRESS_2: secondEscrow,
            ESCROW_BRIDGE_WALLET: secondBridge.address,
            ESCROW_PRIVATE_KEY: secondBridge.privateKey,
          };
    const facts = {
      DATABASE_URL: database.url,
      ETH_RPC_URL: anvil.rpcUrl,
      ETH_WS_URL: anvil.wsUrl,
      CHAIN_ID: String(contracts.chainId),
      ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
      MOCK_ERC20_ADDRESS: contracts.mxnb,
      ESCROW_BRIDGE_WALLET: bridge.address,
      JUNO_WALLET: juno.address,
      START_BLOCK: String(contracts.startBlock),
    };
    const ofAllLanes =
      secondEscrow === null
        ? facts
        : {
            ...facts,
            ESCROW_CONTRACT_ADDRESS_2: `${contracts.escrow},${secondEscrow}`,
            ESCROW_BRIDGE_WALLET: `${bridge.address},${secondBridge.address}`,
            ...(hasTwoAccounts && { JUNO_WALLET: `${juno.address},${secondJuno.address}` }),
          };
    const sandboxPort = await freePort();
    const restartSandbox = () =>
      startSandbox(supervisor, {
        checkout,
        port: sandboxPort,
        rpcUrl: anvil.rpcUrl,
        mxnb: contracts.mxnb,
        junoWalletPrivateKey: juno.privateKey,
        ...BANK_KEY,
        tripwireKey: TRIPWIRE_KEY,
        journalPath: folder.pathOf("bank.journal"),
      });
    const startSecondSandbox = async () => {
      await allowMinting(anvil.rpcUrl, contracts.mxnb, secondJuno.address);
      return startSandbox(supervisor, {
        ...{ checkout, name: "sandbox-norte", rpcUrl: anvil.rpcUrl, mxnb: contracts.mxnb },
        ...{ junoWalletPrivateKey: secondJuno.privateKey, ...SECOND_BANK_KEY, tripwireKey: SECOND_TRIPWIRE_KEY },
        journalPath: folder.pathOf("bank-norte.journal"),
      });
    };
    const restartPonder = (env: Partial<PonderEnvironment> = {}) =>
      startPonder(supervisor, { checkout, env: { ...ofAllLanes, ...env } });
    const sandbox = beside?.sandbox ?? (await restartSandbox());
    const secondChain =
      options.chains === 2
        ? await startSecondChain({
            ...{ supervisor, checkout, folder, databaseUrl: database.url, shape },
            ...{ bankKey: SECOND_BANK_KEY, tripwireKey: SECOND_TRIPWIRE_KEY },
          })
        : null;
    const secondSandbox = hasTwoAccounts ? await startSecondSandbox() : (secondChain?.sandbox ?? sandbox);
    const secondLane: Environment = hasTwoAccounts
      ? {
          ...ofLane,
          BANK_ACCOUNT: "norte",
          JUNO_WALLET: secondJuno.address,
          JUNO_STAGE_BASE_URL: secondSandbox.url,
          JUNO_STAGE_API_KEY: SECOND_BANK_KEY.apiKey,
          JUNO_STAGE_API_SECRET: SECOND_BANK_KEY.apiSecret,
          TRIPWIRE_JUNO_API_KEY: SECOND_TRIPWIRE_KEY.apiKey,
          TRIPWIRE_JUNO_API_SECRET: SECOND_TRIPWIRE_KEY.apiSecret,
        }
      : (secondChain?.environment ?? ofLane);
    const ponder = await restartPonder();
    const reactorEnv = {
      ...facts,
      ESCROW_PRIVATE_KEY: bridge.privateKey,
      JUNO_ENV: "stage",
      JUNO_STAGE_BASE_URL: sandbox.url,
      JUNO_STAGE_API_KEY: BANK_KEY.apiKey,
      JUNO_STAGE_API_SECRET: BANK_KEY.apiSecret,
      ...SANDBOX_PACE,
      ...REHEARSAL,
      ...options.reactorEnv,
    };
    const start = async (name = "reactor", env: Environment = {}) =>
      startReactor(supervisor, {
        checkout,
        name,
        env: { ...reactorEnv, ...env },
        port: env.API_PORT === undefined ? await freePort() : Number(env.API_PORT),
        bank: "sandbox",
      });
    const guard = async (ofAccount: Environment = {}) => {
      const roleUrl = await provideTripwireRole(database.url, "test-tripwire-password");
      if (roleUrl === null) throw new Error("The run's Postgres makes no roles for its own superuser.");
      const env = {
        // A tripwire knows the lanes of its own account alone.
        ...(hasTwoAccounts ? facts : ofAllLanes),
        DATABASE_URL: undefined,
        JUNO_STAGE_BASE_URL: sandbox.url,
        TRIPWIRE_DATABASE_URL: roleUrl,
        TRIPWIRE_JUNO_API_KEY: TRIPWIRE_KEY.apiKey,
        TRIPWIRE_JUNO_API_SECRET: TRIPWIRE_KEY.apiSecret,
        TRIPWIRE_LOOK_EVERY_MS: "500",
        ...ofAccount,
      };
      const name = ofAccount.BANK_ACCOUNT === undefined ? "tripwire" : `tripwire-${ofAccount.BANK_ACCOUNT}`;
      return startTripwire(supervisor, { checkout, name, env });
    };
    await migrate(database.url);
    await installKey(database.url, { name: "prueba", kind: "service", scopes: SERVICE_SCOPES, text: API_KEY });
    const persons = await installTwoPersons(database.url);
    const parts = {
      apiKey: API_KEY,
      persons,
      environment: reactorEnv,
      secondLane,
      anvil,
      contracts,
      sandbox,
      secondSandbox,
      secondChain,
      ponder,
      restartSandbox,
      restartPonder,
      restartAnvil,
      chainState,
    };
    return { ...parts, startReactor: start, startTripwire: guard };
  }
}
