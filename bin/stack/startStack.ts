import { migrate } from "../../reactor/store/migrate.ts";
import { installKey } from "../operate/installKey.ts";
import { cleanUpLeftovers } from "./cleanUpLeftovers.ts";
import type { EscrowShape } from "./deployContracts.ts";
import { requireFreePort } from "./freePort.ts";
import { keepRunning, RESTART_PAUSES_MS } from "./keepRunning.ts";
import { keepSecrets } from "./keepSecrets.ts";
import { openStateFolder, removeState, type StateFolder } from "./openStateFolder.ts";
import { type Environment, planStack, type StackPlan } from "./planStack.ts";
import { provideBank } from "./provideBank.ts";
import { provideChain } from "./provideChain.ts";
import { provideDatabase } from "./provideDatabase.ts";
import { provideTripwire } from "./provideTripwire.ts";
import { REHEARSAL } from "./rehearsal.ts";
import { startPonder } from "./startPonder.ts";
import { launchReactor, startReactor } from "./startReactor.ts";
import { type Supervisor, supervise } from "./supervise.ts";
import { writePlaces } from "./writePlaces.ts";

export interface StackOptions {
  checkout: string;
  /** `.kustodia` of the checkout, for a start by a person. */
  stateFolder: string;
  env: Environment;
  apiPort: number;
  ponderPort: number;
  shape: EscrowShape;
  /** Forgets everything an earlier start kept. */
  fresh: boolean;
  /** Told what a person should know while it runs. */
  say: (line: string) => void;
}

/** Where everything is, for whoever wants to look. */
export interface StackPlaces {
  api: string;
  graphql: string;
  database: string;
  rpc: string;
  /** Undefined when a bank was configured. */
  sandbox: string | undefined;
  /** Undefined when a database was configured. */
  postgresData: string | undefined;
  stateFolder: string;
  /** Undefined on a chain that is not local: there persons have keys of their own (`npm run cli -- keys`). */
  apiKey: string | undefined;
  /** Whether the tripwire watches, in words; if it does not, why. */
  tripwire: string;
}

export interface RunningStack {
  places: StackPlaces;
  /** What the reactor was started with, to start it again or to start a second one beside it. */
  reactorEnv: Environment;
  reactorLog: string;
}

export interface PreparedStack {
  state: StateFolder;
  supervisor: Supervisor;
}

const LOCAL_CHAIN_ID = 31_337;

/** Whose key a local start has: all scopes but approving, which is a person's. */
const LOCAL_KEY = { name: "inicio local", kind: "service", scopes: ["read", "operate", "admin", "audit"] } as const;

/** Everything ends within ten seconds of Ctrl-C; half a second is left for ourselves. */
export const STOP_WITHIN_MS = 9_500;

/**
 * Opens the state folder, ends what a killed start left there, and makes the supervisor for the next one. Apart from
 * startStack so that a signal during the start has something to stop.
 * @throws {StackError} when the folder cannot be written or a start is running over it
 */
export async function prepareStack(options: StackOptions): Promise<PreparedStack> {
  await cleanUpLeftovers(options.stateFolder);
  if (options.fresh) removeState(openStateFolder(options.stateFolder));
  const state = openStateFolder(options.stateFolder);
  return { state, supervisor: supervise(state.path) };
}

/**
 * Starts the whole system, each part real: what is configured is used, what is not is embedded.
 * When a part does not come up, those that did are stopped before this throws.
 * @throws {StackError} for all that a person can cause and mend
 */
export async function startStack(options: StackOptions, prepared: PreparedStack): Promise<RunningStack> {
  const plan = planStack(options.env);
  try {
    await requireFreePort(options.apiPort, "la API (API_PORT)");
    await requireFreePort(options.ponderPort, "Ponder (PONDER_PORT)");
    return await startParts(options, plan, prepared);
  } catch (error) {
    await prepared.supervisor.stopAll(STOP_WITHIN_MS);
    throw error;
  }
}

/** In the order of who needs whom; stopAll goes the other way. */
async function startParts(options: StackOptions, plan: StackPlan, prepared: PreparedStack): Promise<RunningStack> {
  const { state, supervisor } = prepared;
  const { checkout } = options;
  const secrets = keepSecrets(state.path);
  const database = await provideDatabase(supervisor, plan, { checkout, state });
  const chain = await provideChain(supervisor, plan, state, options.shape);
  const databaseUrl = await database.urlFor(chain);
  const bank = await provideBank(supervisor, plan, { checkout, state, chain, secrets });

  // Contracts that were there before us have a history that may take longer to read than a person waits.
  const until = plan.contracts.kind === "deployed" ? "ready" : "alive";
  const { ESCROW_PRIVATE_KEY, ...contracts } = chain.contracts;
  const facts = {
    DATABASE_URL: databaseUrl,
    ETH_RPC_URL: chain.rpcUrl,
    ETH_WS_URL: chain.wsUrl,
    CHAIN_ID: String(chain.chainId),
    INDEX_SCHEMA: options.env.INDEX_SCHEMA || undefined,
    ...contracts,
  };
  const bankKind = bank.sandboxUrl === undefined ? "configured" : "sandbox";
  // Its role is granted something on our tables, so they are made here, before the reactor would.
  await migrate(databaseUrl);
  const [ponder, tripwire] = await Promise.all([
    startPonder(supervisor, { checkout, env: facts, port: options.ponderPort, until }),
    provideTripwire(supervisor, {
      checkout,
      configured: options.env,
      facts: { ...facts, ...bank.env },
      databaseUrl,
      bank: bankKind,
      secrets,
    }),
  ]);
  const isLocal = chain.chainId === LOCAL_CHAIN_ID;
  if (isLocal) await installKey(databaseUrl, { ...LOCAL_KEY, text: secrets.apiKey });
  const reactorEnv = {
    ...(isLocal && REHEARSAL),
    ...options.env,
    ...facts,
    ...bank.env,
    ...(plan.database.kind === "configured" && plan.database.poolerUrl && { DATABASE_URL: plan.database.poolerUrl }),
    ESCROW_PRIVATE_KEY,
  };
  const reactorOptions = {
    checkout,
    env: reactorEnv,
    port: options.apiPort,
    bank: bankKind,
    until,
    mayEnd: true,
  } as const;
  const reactor = await startReactor(supervisor, reactorOptions);
  const launch = () => launchReactor(supervisor, reactorOptions);
  void keepRunning(supervisor, reactor.child, { launch, pausesMs: RESTART_PAUSES_MS, say: options.say });

  const places: StackPlaces = {
    api: reactor.url,
    graphql: `${ponder.url}/graphql`,
    database: databaseUrl,
    rpc: chain.rpcUrl,
    sandbox: bank.sandboxUrl,
    postgresData: database.dataDir,
    stateFolder: state.path,
    apiKey: isLocal ? secrets.apiKey : undefined,
    tripwire,
  };
  writePlaces(state, places);
  return { places, reactorEnv, reactorLog: reactor.logPath };
}
