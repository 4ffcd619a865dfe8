import { join } from "node:path";
import pg from "pg";
import { isHex, keccak256 } from "viem";
import { migrate } from "../../reactor/store/migrate.ts";
import type { AuditedSystem } from "../audit/auditedSystem.ts";
import { installKey, installTwoPersons } from "../operate/installKey.ts";
import { createDatabase } from "../stack/createDatabase.ts";
import { deployContracts, type EscrowShape } from "../stack/deployContracts.ts";
import { freePort } from "../stack/freePort.ts";
import { localAccounts } from "../stack/localAccounts.ts";
import type { Environment } from "../stack/planStack.ts";
import { provideTripwireRole } from "../stack/provideTripwireRole.ts";
import { REHEARSAL } from "../stack/rehearsal.ts";
import { startAnvil } from "../stack/startAnvil.ts";
import { startPonder } from "../stack/startPonder.ts";
import { launchProgram } from "../stack/startProgram.ts";
import { type Fault, startRpcProxy } from "../stack/startRpcProxy.ts";
import { startSandbox } from "../stack/startSandbox.ts";
import { startTripwire } from "../stack/startTripwire.ts";
import type { Child, Supervisor } from "../stack/supervise.ts";
import { answers, waitUntilReady } from "../stack/waitUntilReady.ts";

/** What a node's proxy is asked about each request. */
export type NodeFault = (request: { method: string; params: readonly unknown[] }) => Fault | Promise<Fault>;

/** A whole system of the certificate's own, on which reactors die. */
export type System = AuditedSystem &
  Readonly<{
    shape: EscrowShape;
    databaseUrl: string;
    anvil: Readonly<{ wsUrl: string }>;
    apiUrl: string;
    standbyUrl: string;
    apiKey: string;
    /** The keys of two persons. */
    persons: readonly [string, string];
    /** The reactors' key at the bank; the tripwire has its own. */
    bankKey: Readonly<{ apiKey: string }>;
    tripwireKey: Readonly<{ apiKey: string; apiSecret: string }>;
    /** Where the parts' logs are. */
    folder: string;
    /** Faults of the node as the reactor reaches it; all else speaks to the node itself. */
    setNodeFault(fault: NodeFault): void;
    /** How many calls this fault has met. */
    nodeFaultStrikes(): number;
    /** Whether a reactor has handed the node the transaction of this hash, whatever became of that call. */
    hasReachedNode(hash: string | null): boolean;
    /** Starts a reactor at the system's one API address, and waits for nothing. @param flags Node's own. */
    launchReactor(env: Environment, flags?: readonly string[]): Promise<Child>;
    /** Starts a second one, at another address, and waits until it is ready. */
    startStandby(): Promise<Child>;
    /** Ends the indexer and starts it again. */
    restartPonder(): Promise<void>;
    /** Starts the tripwire, which needs the tables that a first reactor made. */
    startTripwire(): Promise<Child>;
    /** Lets go of the database and the proxy; the supervisor ends the rest. */
    close(): Promise<void>;
  }>;

const BANK_KEY = { apiKey: "certificate", apiSecret: "certificate-secret" };
const TRIPWIRE_KEY = { apiKey: "certificate-tripwire", apiSecret: "certificate-tripwire-secret" };
const TRIPWIRE_LOOKS_EVERY_MS = "2000";
const READY_WITHIN_MS = 60_000;

/** As fast as a bank and a node on this machine can be asked, so that hundreds of payments take minutes. */
const PACE = {
  BANK_FLOOR_MS: "400",
  BANK_ASK_EVERY_MS: "1000",
  BANK_CALLS_A_MINUTE: "6000",
  BANK_TIMEOUT_MS: "2000",
  RPC_TIMEOUT_MS: "5000",
  RECONCILE_GRACE_MS: "1000",
  TIMERS: "off",
};

/** @param postgresUrl the maintenance database of a running server. */
export async function openSystem(
  supervisor: Supervisor,
  checkout: string,
  postgresUrl: string,
  shape: EscrowShape,
): Promise<System> {
  const databaseUrl = await createDatabase(postgresUrl, `certify_${shape.replace("-", "_")}`);
  const pool = new pg.Pool({ connectionString: databaseUrl });
  // A signal ends the server before us; that is meant, and must not end us before the other parts are stopped.
  pool.on("error", () => undefined);
  // Mixed mining: a call is mined at once, and a block each second still moves the settled head.
  const anvil = await startAnvil(supervisor, { blockTimeS: 1, mixedMining: true, slotsInAnEpoch: 1 });
  let nodeFault: NodeFault = () => "none";
  let strikes = 0;
  const handedOver = new Set<string>();
  const proxy = await startRpcProxy(anvil.rpcUrl, async (request) => {
    const [raw] = request.params;
    if (request.method === "eth_sendRawTransaction" && isHex(raw)) handedOver.add(keccak256(raw));
    const fault = await nodeFault(request);
    if (fault !== "none") strikes += 1;
    return fault;
  });
  const contracts = await deployContracts(anvil.rpcUrl, shape);
  const { bridge, juno } = localAccounts();
  const facts = {
    DATABASE_URL: databaseUrl,
    ETH_RPC_URL: anvil.rpcUrl,
    ETH_WS_URL: anvil.wsUrl,
    CHAIN_ID: String(contracts.chainId),
    ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
    MOCK_ERC20_ADDRESS: contracts.mxnb,
    ESCROW_BRIDGE_WALLET: bridge.address,
    JUNO_WALLET: juno.address,
    START_BLOCK: String(contracts.startBlock),
  };
  const sandbox = await startSandbox(supervisor, {
    checkout,
    rpcUrl: anvil.rpcUrl,
    mxnb: contracts.mxnb,
    junoWalletPrivateKey: juno.privateKey,
    ...BANK_KEY,
    tripwireKey: TRIPWIRE_KEY,
    journalPath: join(supervisor.folder, "bank.journal"),
  });
  let ponder = await startPonder(supervisor, { checkout, env: facts });
  await migrate(databaseUrl);
  const { text: apiKey } = await installKey(databaseUrl, {
    name: "certify",
    kind: "service",
    scopes: ["read", "operate"],
  });
  const persons = await installTwoPersons(databaseUrl);
  const launch = (name: string, port: number, env: Environment, flags: readonly string[] = []) =>
    launchProgram(supervisor, {
      name,
      flags,
      checkout,
      file: "reactor/main.ts",
      env: {
        ...facts,
        ETH_RPC_URL: proxy.url,
        ESCROW_PRIVATE_KEY: bridge.privateKey,
        JUNO_ENV: "stage",
        JUNO_STAGE_BASE_URL: sandbox.url,
        JUNO_STAGE_API_KEY: BANK_KEY.apiKey,
        JUNO_STAGE_API_SECRET: BANK_KEY.apiSecret,
        ...PACE,
        ...REHEARSAL,
        API_PORT: String(port),
        WEBHOOK_URL: `http://127.0.0.1:${port}/webhooks/juno`,
        ...env,
      },
    });
  const port = await freePort();
  const standbyPort = await freePort();
  const standbyUrl = `http://127.0.0.1:${standbyPort}`;
  return {
    shape,
    databaseUrl,
    database: { pool },
    anvil,
    contracts,
    sandbox,
    apiUrl: `http://127.0.0.1:${port}`,
    standbyUrl,
    apiKey,
    persons,
    bankKey: BANK_KEY,
    tripwireKey: TRIPWIRE_KEY,
    folder: supervisor.folder,
    setNodeFault: (fault) => {
      nodeFault = fault;
      strikes = 0;
    },
    nodeFaultStrikes: () => strikes,
    hasReachedNode: (hash) => hash !== null && handedOver.has(hash),
    launchReactor: (env, flags) => launch("reactor", port, env, flags),
    startStandby: async () => {
      const child = await launch("standby", standbyPort, {});
      await waitUntilReady(child, READY_WITHIN_MS, () => answers(`${standbyUrl}/ready`));
      return child;
    },
    restartPonder: async () => {
      await ponder.stop();
      ponder = await startPonder(supervisor, { checkout, env: facts });
    },
    startTripwire: async () => {
      const roleUrl = await provideTripwireRole(databaseUrl, TRIPWIRE_KEY.apiSecret);
      if (roleUrl === null) throw new Error("The certificate's Postgres makes no roles for its own superuser.");
      const { DATABASE_URL: _reactors, ...known } = facts;
      const env = {
        ...known,
        JUNO_ENV: "stage",
        JUNO_STAGE_BASE_URL: sandbox.url,
        TRIPWIRE_DATABASE_URL: roleUrl,
        TRIPWIRE_JUNO_API_KEY: TRIPWIRE_KEY.apiKey,
        TRIPWIRE_JUNO_API_SECRET: TRIPWIRE_KEY.apiSecret,
        TRIPWIRE_LOOK_EVERY_MS: TRIPWIRE_LOOKS_EVERY_MS,
      };
      return startTripwire(supervisor, { checkout, env });
    },
    close: async () => {
      await pool.end();
      await proxy.stop();
    },
  };
}
