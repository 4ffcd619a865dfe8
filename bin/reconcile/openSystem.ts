import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createPublicClient, http } from "viem";
import { z } from "zod";
import { reconcilerOf } from "../../reactor/assemble.ts";
import { type Config, readConfig } from "../../reactor/config.ts";
import type { JunoClient } from "../../reactor/juno/client.ts";
import type { Reconciler } from "../../reactor/readThreeBooks.ts";
import { bankAccess } from "../../reactor/store/bankAccess.ts";
import { type OpenDatabase, openDatabase } from "../../reactor/store/database.ts";
import { addressesOf } from "../../reactor/takeControls.ts";
import { cleanUpLeftovers } from "../stack/cleanUpLeftovers.ts";
import { keepSecrets } from "../stack/keepSecrets.ts";
import { localAccounts } from "../stack/localAccounts.ts";
import { openStateFolder, type StateFolder } from "../stack/openStateFolder.ts";
import { readPidFile } from "../stack/pidFile.ts";
import { planStack } from "../stack/planStack.ts";
import { isRunning } from "../stack/processStart.ts";
import { SANDBOX_PACE } from "../stack/provideBank.ts";
import { startAnvil } from "../stack/startAnvil.ts";
import { startPostgres } from "../stack/startPostgres.ts";
import { startSandbox } from "../stack/startSandbox.ts";
import { STOP_WITHIN_MS } from "../stack/startStack.ts";
import { supervise } from "../stack/supervise.ts";

/** A system whose three books can be read. */
export type OpenSystem = Readonly<{
  /** What it is, in words. */
  is: string;
  /** Nothing of a system that was brought up to be read is written. */
  readOnly: boolean;
  config: Config;
  database: OpenDatabase;
  /** The same books, its calls counted from nothing. */
  reconciler: () => Reconciler;
  close(): Promise<void>;
}>;

const CHECKOUT = resolve(import.meta.dirname, "../..");
const CONNECTIONS = 4;

/**
 * Opens the system that is configured, or this folder's: as it runs, or brought up only to be read.
 * @throws Error with a sentence when there is none, or it does not come up.
 */
export async function openSystem(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<OpenSystem> {
  const plan = planStack(env);
  if (plan.database.kind === "configured" && plan.contracts.kind === "configured" && plan.bank.kind === "configured") {
    const [rpcUrl = ""] = (env.ETH_RPC_URL ?? "").split(",");
    const chainId = await createPublicClient({ transport: http(rpcUrl.trim()) }).getChainId();
    return opened("configurado / configured", readConfig({ ...env, CHAIN_ID: String(chainId) }), () => undefined);
  }
  const state = openStateFolder(stateFolder(env));
  const earlier = readPidFile(state.path);
  if (earlier !== undefined && isRunning(earlier.supervisor)) {
    const config = readConfig({ ...localEnvironment(state), ...placesIn(state) });
    return opened(`${state.path}, en marcha / running`, config, () => undefined);
  }
  say(`Se levanta ${state.path} solo para leer… / Bringing ${state.path} up, only to be read…`);
  return bringUp(state);
}

/** The one named, or of this checkout's start and demo the one that ran last. @throws Error when none ever ran. */
function stateFolder(env: NodeJS.ProcessEnv): string {
  const own = join(CHECKOUT, ".kustodia");
  const folders = env.KUSTODIA_STATE_FOLDER ? [env.KUSTODIA_STATE_FOLDER] : [own, join(own, "demo")];
  const known = folders.filter((folder) => existsSync(join(folder, "deployment.json")));
  const [last] = known.toSorted((one, other) => ranAtMs(other) - ranAtMs(one));
  if (last !== undefined) return last;
  throw new Error(
    `No hay un sistema configurado ni uno local en ${folders.join(", ")}: inicie uno con npm start. / There is no configured system and no local one: start one by npm start.`,
  );
}

const ranAtMs = (folder: string) => {
  const file = ["pids.json", "deployment.json"].map((name) => join(folder, name)).find(existsSync);
  return file === undefined ? 0 : statSync(file).mtimeMs;
};

const deployment = z.object({
  id: z.string(),
  chainId: z.number(),
  mxnb: z.string(),
  escrow: z.string(),
  startBlock: z.number(),
});

const deploymentOf = (state: StateFolder) => deployment.parse(JSON.parse(readFileSync(state.deployment, "utf8")));

/** What a local start gives its reactor, but for where its parts are. */
function localEnvironment(state: StateFolder) {
  const { chainId, mxnb, escrow, startBlock } = deploymentOf(state);
  const { bankApiKey, bankApiSecret } = keepSecrets(state.path);
  const { bridge, juno } = localAccounts();
  return {
    CHAIN_ID: String(chainId),
    ESCROW_CONTRACT_ADDRESS_2: escrow,
    MOCK_ERC20_ADDRESS: mxnb,
    ESCROW_BRIDGE_WALLET: bridge.address,
    ESCROW_PRIVATE_KEY: bridge.privateKey,
    JUNO_WALLET: juno.address,
    START_BLOCK: String(startBlock),
    JUNO_ENV: "stage",
    JUNO_STAGE_API_KEY: bankApiKey,
    JUNO_STAGE_API_SECRET: bankApiSecret,
    ...SANDBOX_PACE,
  };
}

function placesIn(state: StateFolder) {
  const places = readFileSync(state.places, "utf8");
  const at = (label: string) => new RegExp(`^${label}\\b.*?\\s(\\w+://\\S+)`, "m").exec(places)?.[1];
  return {
    DATABASE_URL: at("Base de datos"),
    ETH_RPC_URL: at("Cadena"),
    JUNO_STAGE_BASE_URL: at("Banco de pruebas"),
  };
}

/**
 * Starts what a local system is read by: its own Postgres, in which nothing may be written, and a chain and a bank from
 * copies of what they kept. Nothing that acts is started.
 */
async function bringUp(state: StateFolder): Promise<OpenSystem> {
  await cleanUpLeftovers(state.path);
  const supervisor = supervise(state.path);
  const copies = mkdtempSync(join(tmpdir(), "kustodia-read-"));
  const close = async () => {
    await supervisor.stopAll(STOP_WITHIN_MS);
    rmSync(copies, { recursive: true, force: true });
  };
  try {
    const { id, mxnb } = deploymentOf(state);
    const copyOf = (path: string, name: string) => {
      const copy = join(copies, name);
      if (existsSync(path)) copyFileSync(path, copy);
      return copy;
    };
    const env = localEnvironment(state);
    const statePath = copyOf(state.chain, "chain.json");
    const journalPath = copyOf(join(state.bank, `${id}.journal`), "bank.journal");
    const [server, anvil] = await Promise.all([
      startPostgres(supervisor, { checkout: CHECKOUT, dataDir: state.postgresData }),
      startAnvil(supervisor, { statePath, blockTimeS: 1, slotsInAnEpoch: 1 }),
    ]);
    const sandbox = await startSandbox(supervisor, {
      checkout: CHECKOUT,
      ...{ rpcUrl: anvil.rpcUrl, mxnb, junoWalletPrivateKey: localAccounts().juno.privateKey, journalPath },
      ...{ apiKey: env.JUNO_STAGE_API_KEY, apiSecret: env.JUNO_STAGE_API_SECRET },
    });
    const url = new URL(server.url);
    url.pathname = `/kustodia_${id}`;
    const places = { DATABASE_URL: url.href, ETH_RPC_URL: anvil.rpcUrl, JUNO_STAGE_BASE_URL: sandbox.url };
    const config = readConfig({ ...env, ...places });
    url.searchParams.set("options", "-c default_transaction_read_only=on");
    const is = `${state.path}, levantado para leer / brought up to be read`;
    return opened(is, { ...config, databaseUrl: url.href }, close, ofCopy);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The queue of a bank that is a copy: nobody else asks it, and its nonce need not be kept. */
function ofCopy(): Pick<JunoClient, "nextNonce" | "takePlace" | "onThrottled"> {
  let last = 0n;
  return {
    nextNonce: async () => {
      const now = BigInt(Date.now());
      last = now > last ? now : last + 1n;
      return last;
    },
    takePlace: () => Promise.resolve(),
    onThrottled: () => Promise.resolve(),
  };
}

function opened(is: string, config: Config, end: () => Promise<void> | void, queue?: typeof ofCopy): OpenSystem {
  const database = openDatabase(config.databaseUrl, CONNECTIONS, () => undefined);
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
  const { bank, bankTimeoutMs: timeoutMs, bankCallsAMinute } = config;
  const access = queue?.() ?? bankAccess(database.db, bank.apiKey, addressesOf(config), bankCallsAMinute, sleep);
  const juno: JunoClient = { ...bank, timeoutMs, ...access, now: Date.now };
  return {
    is,
    config,
    readOnly: queue !== undefined,
    database,
    reconciler: () => reconcilerOf(config, database.db, juno),
    close: async () => {
      await database.close();
      await end();
    },
  };
}
