import { setTimeout as sleep } from "node:timers/promises";
import { type ChainClient, createChainClient } from "./chain/client.ts";
import { headPolicyFor } from "./chain/headPolicy.ts";
import { type Signer, signerFromPrivateKey } from "./chain/signer.ts";
import type { Config } from "./config.ts";
import { type Calls, countBank, countRpc } from "./countCalls.ts";
import { sendByHttp } from "./juno/exchange.ts";
import type { Metrics } from "./metrics/createMetrics.ts";
import { type Databases, openDatabases } from "./openDatabases.ts";
import type { Console, Reactor } from "./reactor.ts";
import { readOnlyBank, readOnlyNode } from "./readOnly.ts";
import type { Reconciler } from "./readThreeBooks.ts";
import { adoptKey, bankAccess } from "./store/bankAccess.ts";
import { takeIdentity } from "./store/identity.ts";
import { migrate } from "./store/migrate.ts";
import { postgresStore } from "./store/port.ts";
import { addressesOf, takeControls } from "./takeControls.ts";
import { timeBank, timeRpc } from "./timeCalls.ts";

/** How a line of the console begins that tells of an answer without a row in our tables. The tests fail on it. */
const UNCLASSIFIED = "❓ Respuesta sin clasificar:";
const tellUnclassified = (console: Console) => (message: string) => console.say(`${UNCLASSIFIED} ${message}`);

/** The chain and who signs on it, described; nothing is asked of it. */
export function describeChain(config: Config, console: Console, metrics: Pick<Metrics, "rpcCall">): Chain {
  const { chainId, rpcUrls, addresses, rpcTimeoutMs: timeoutMs, privateKey } = config;
  const onUnclassified = tellUnclassified(console);
  const fetchOf = (node: number) => timeRpc(metrics, node, config.shadow ? readOnlyNode(fetch) : fetch);
  const client = createChainClient({ chainId, rpcUrls, ...addresses, timeoutMs, onUnclassified, fetchOf });
  return { client, signer: signerFromPrivateKey(privateKey) };
}

type Chain = Readonly<{ client: ChainClient; signer: Signer }>;

/**
 * Makes a reactor of its configuration: the database brought up to date, the configuration held to what is in force, an
 * identity taken, the bank described. Nothing runs yet and nothing is asked of the outside.
 * @throws Error with a sentence when an address is configured that is not the one in force, or another bank account's key.
 */
export async function assemble(
  config: Config,
  { client, signer }: Chain,
  console: Console,
  metrics: Pick<Metrics, "bankCall">,
  stopping: AbortSignal,
): Promise<{ reactor: Reactor; databases: Databases }> {
  const installationId = await migrate(config.directDatabaseUrl);
  const databases = await openDatabases(config, console);
  const { database, machine } = databases;
  const { account, bankCallsAMinute } = config;
  const ignored = await takeControls(database.db, config)
    .then(async (lines) => {
      await adoptKey(database.db, config.bank.apiKey, account, bankCallsAMinute);
      return lines;
    })
    .catch(async (error: unknown) => {
      await databases.close();
      throw error;
    });
  for (const line of ignored) console.say(line);
  const identity = await takeIdentity(config.directDatabaseUrl, (error) =>
    console.failed("candado del reactor", error),
  );
  const { chainId, indexSchema } = config;
  const addresses = addressesOf(config);
  const headPolicy = headPolicyFor(chainId, config.confirmations);
  const juno = {
    ...config.bank,
    timeoutMs: config.bankTimeoutMs,
    ...bankAccess(machine.together, config.bank.apiKey, addresses, bankCallsAMinute, sleep),
    now: Date.now,
    onUnclassified: tellUnclassified(console),
    send: timeBank(metrics, config.shadow ? readOnlyBank(sendByHttp) : sendByHttp),
  };
  const reactor: Reactor = {
    store: postgresStore(machine.together, config.lane),
    identity,
    world: { juno, chain: client },
    signer,
    headPolicy,
    stopping,
    installationId,
    console,
    shadow: config.shadow,
    facts: {
      chainId,
      indexSchema,
      confirmations: BigInt(headPolicy.softConfirmations),
      ...addresses,
      keyLifetimeMs: config.keyLifetimeMs,
      askBankEveryMs: config.askBankEveryMs,
      staleAfterMs: config.staleAfterMs,
      screens: config.checker !== null,
    },
    payerPolicy: config.payerPolicy,
    limits: {
      batch: 100,
      bankCalls: 8,
      chainCalls: 8,
      inFlight: 16,
      gasPriceCapWei: config.gasPriceCapWei,
      bankFloorMs: config.bankFloorMs,
    },
    passing: config.crashAt === undefined ? () => Promise.resolve() : dieAt(config.crashAt, console),
    monotonicMs: () => performance.now(),
    sleep,
  };
  return { reactor, databases };
}

/** A reconciliation of this configuration, whose calls are counted from nothing. The bank's queue is `juno`'s own. */
export function reconcilerOf(
  config: Config,
  db: Reconciler["db"],
  juno: Reconciler["juno"],
  fetchOf: (node: number) => typeof fetch = () => fetch,
): Reconciler {
  const { lane, account, chainId, rpcUrls, addresses, rpcTimeoutMs: timeoutMs, startBlock } = config;
  const calls: Calls = { rpc: 0, bank: 0 };
  const counted = (node: number) => countRpc(fetchOf(node), calls);
  const chain = createChainClient({ chainId, rpcUrls, ...addresses, timeoutMs, fetchOf: counted });
  const { settled } = headPolicyFor(chainId, config.confirmations);
  const graceMs = config.reconcileGraceMs;
  return { db, lane, account, juno: countBank(juno, calls), chain, settled, startBlock, graceMs, calls };
}

/** Long enough for a call to have left on a busy machine; its answer waits meanwhile and is never read. */
const CALL_HAS_LEFT_MS = 500;

/** Kills this process as nothing can catch, at one point of one action: of any leg, or of the one that is named. Its last line says where. */
function dieAt(crashAt: string, console: Console): Reactor["passing"] {
  return async (point, action, legId) => {
    if (![`${action}:${point}`, `${action}:${point}:${legId}`].includes(crashAt)) return;
    if (point === "before_reply") await sleep(CALL_HAS_LEFT_MS);
    console.say(`💀 ${action}:${point}:${legId}`);
    process.kill(process.pid, "SIGKILL");
    // The signal is not instant: nothing more may happen meanwhile.
    await sleep(60_000);
  };
}
