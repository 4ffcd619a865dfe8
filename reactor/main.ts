import { setTimeout as sleep } from "node:timers/promises";
import { createChainClient } from "./chain/client.ts";
import { headPolicyFor } from "./chain/headPolicy.ts";
import { signerFromPrivateKey } from "./chain/signer.ts";
import { startChecks } from "./chain/startChecks.ts";
import { type Config, readConfig } from "./config.ts";
import { speakTo } from "./console.ts";
import { createApp } from "./http/createApp.ts";
import { serveApp } from "./http/serve.ts";
import { createClabe } from "./juno/createClabe.ts";
import { registerWebhook } from "./juno/registerWebhook.ts";
import { runLoop } from "./loop.ts";
import type { Reactor } from "./reactor.ts";
import { runProcess } from "./runProcess.ts";
import { freshness, probes, processStates, raiseFence } from "./standing.ts";
import { bankAccess } from "./store/bankAccess.ts";
import { openDatabase } from "./store/database.ts";
import { takeIdentity } from "./store/identity.ts";
import { migrate } from "./store/migrate.ts";
import { isWebhookRegistered, saveWebhookRegistration } from "./store/webhookRegistration.ts";
import { schedule } from "./timers/schedule.ts";

/** What a signal may take to let running work end; then the process ends anyway, and leases bring the legs back. */
const DRAIN_MS = 8_000;
const CONNECTIONS = 20;

/** Starts a reactor with its API. @returns what stops it. @throws Error with a sentence when it must not start. */
async function start(config: Config): Promise<() => Promise<void>> {
  const console = speakTo((line) => process.stdout.write(`${line}\n`));
  const { reactor, database } = await assemble(config, console);
  await refuseWrongWorld(reactor);
  const fence = await raiseFence(reactor);
  if (fence !== null) console.say(`⛔ Salidas de dinero detenidas: ${fence}`);

  const loop = runLoop(reactor, database.pool, config.databaseUrl);
  const run = (by: string) => async (name: Parameters<typeof runProcess>[2]) => {
    const result = await runProcess(reactor, database.pool, name, by);
    loop.wake();
    return result;
  };
  const app = createApp({
    db: reactor.db,
    apiKeyHash: config.api.keyHash,
    nowMs: Date.now,
    runProcess: run("api"),
    processes: () => processStates(reactor, config.timers === "on"),
    freshness: () => freshness(reactor),
    probes: () => probes(reactor),
    askForClabe: () => askForClabe(reactor),
    wake: loop.wake,
    doorbell: loop.doorbell,
  });
  const server = await serveApp(app, { port: config.api.port, host: config.api.host });
  const stopTimers =
    config.timers === "on" ? schedule(run("reloj"), (error) => console.failed("reloj", error)) : () => undefined;
  if (config.webhookUrl !== undefined) await askForWebhooks(reactor, config.webhookUrl);
  console.say(`Reactor ${reactor.identity.holder} en marcha: ${server.url}`);
  return async () => {
    stopTimers();
    await server.close();
    await loop.stop();
    await reactor.identity.close();
    await database.close();
  };
}

async function assemble(config: Config, console: Reactor["console"]) {
  const installationId = await migrate(config.databaseUrl);
  const database = openDatabase(config.databaseUrl, CONNECTIONS, (error) => console.failed("base de datos", error));
  const identity = await takeIdentity(config.databaseUrl, (error) => {
    // Without its lock others may take this reactor's legs: it must not go on as if they were its own.
    console.failed("el candado del reactor se perdió; termina", error);
    process.exit(1);
  });
  const { addresses, chainId } = config;
  const chain = createChainClient({ chainId, rpcUrls: config.rpcUrls, ...addresses, timeoutMs: config.rpcTimeoutMs });
  const headPolicy = headPolicyFor(chainId, config.confirmations);
  const juno = {
    ...config.bank,
    timeoutMs: config.bankTimeoutMs,
    ...bankAccess(database.db, config.bank.apiKey, sleep),
    now: Date.now,
  };
  const reactor: Reactor = {
    db: database.db,
    identity,
    world: { juno, chain },
    signer: signerFromPrivateKey(config.privateKey),
    headPolicy,
    installationId,
    console,
    facts: {
      chainId,
      confirmations: BigInt(headPolicy.softConfirmations),
      bridge: addresses.bridge,
      junoWallet: addresses.junoWallet,
      escrowContract: addresses.escrow,
      token: addresses.mxnb,
      keyLifetimeMs: config.keyLifetimeMs,
      askBankEveryMs: config.askBankEveryMs,
      staleAfterMs: config.staleAfterMs,
    },
    limits: {
      batch: 100,
      bankCalls: 8,
      chainCalls: 8,
      allowanceCentavos: config.allowanceCentavos,
      gasPriceCapWei: config.gasPriceCapWei,
      bankFloorMs: config.bankFloorMs,
    },
    monotonicMs: () => performance.now(),
    sleep,
  };
  return { reactor, database };
}

async function refuseWrongWorld(reactor: Reactor): Promise<void> {
  const refusals = await startChecks(reactor.world.chain, reactor.signer.address);
  if (refusals.length === 0) return;
  throw new Error(refusals.map(({ es, en }) => `${es}\n${en}`).join("\n"));
}

async function askForClabe(reactor: Reactor) {
  const reply = await createClabe(reactor.world.juno);
  return reply.outcome === "done"
    ? ({ ok: true, clabe: reply.value.clabe } as const)
    : ({ ok: false, message: reply.message } as const);
}

async function askForWebhooks(reactor: Reactor, callbackUrl: string): Promise<void> {
  if (await isWebhookRegistered(reactor.db, callbackUrl)) return;
  const reply = await registerWebhook(reactor.world.juno, { callbackUrl });
  if (reply.outcome === "done") await saveWebhookRegistration(reactor.db, callbackUrl);
  else reactor.console.say(`🏦 Juno no registró el webhook (${reply.message}); se le preguntará por reloj.`);
}

try {
  const stop = await start(readConfig(process.env));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), DRAIN_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
