import { assemble, describeChain, reconcilerOf } from "./assemble.ts";
import { startChecks } from "./chain/startChecks.ts";
import { type Config, readConfig } from "./config.ts";
import { openConsole } from "./console.ts";
import { deliverWebhooks } from "./deliverWebhooks.ts";
import { createApp } from "./http/createApp.ts";
import { serveApp } from "./http/serve.ts";
import { createClabe } from "./juno/createClabe.ts";
import { registerWebhook } from "./juno/registerWebhook.ts";
import { keepSealed } from "./keepSealed.ts";
import { runLoop } from "./loop.ts";
import { mailNotices } from "./mailNotices.ts";
import { measure } from "./measure.ts";
import { createMetrics } from "./metrics/createMetrics.ts";
import { openReplica } from "./openReplica.ts";
import { createSite } from "./pages/createSite.tsx";
import type { Reactor } from "./reactor.ts";
import { reconcileInTurn } from "./reconcileInTurn.ts";
import { redactIn, redactor } from "./redact.ts";
import { runProcess } from "./runProcess.ts";
import { sandboxDeposit } from "./sandboxDeposit.ts";
import { type Screener, screenPayouts } from "./screenPayouts.ts";
import { freshness, probes, processStates, raiseFence } from "./standing.ts";
import { saveMove } from "./step/saveDecision.ts";
import type { Database, Queryable } from "./store/database.ts";
import { transactionOn } from "./store/port.ts";
import { isWebhookRegistered, saveWebhookRegistration } from "./store/webhookRegistration.ts";
import { accountLock, LOCKS, withLock } from "./store/withLock.ts";
import { controlsOf } from "./takeControls.ts";
import { timeRpc } from "./timeCalls.ts";
import { schedule } from "./timers/schedule.ts";
import { startTracing } from "./tracing/startTracing.ts";
import { traceRequests } from "./tracing/traceRequests.ts";
import { watchAlerts } from "./watchAlerts.ts";
import { refuseUrl } from "./webhooks/refuseUrl.ts";

/**
 * What a signal may take to let running work end: an order that has left gets its answer, unless the bank takes longer. Then
 * the process ends anyway, and leases bring the legs back.
 */
const DRAIN_MS = 7_000;

/** Starts a reactor with its API. @returns what stops it. @throws Error with a sentence when it must not start. */
async function start(config: Config, hide: (text: string) => string): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const stopTracing = config.tracing === null ? () => Promise.resolve() : startTracing(config.tracing);
  const metrics = createMetrics();
  const voice = openConsole(config.logFormat, (line) => process.stdout.write(line), hide);
  const listeners = new Set<() => void>();
  const console: Reactor["console"] = {
    ...voice,
    event: (event) => {
      voice.event(event);
      for (const heard of listeners) heard();
    },
    order: (sent) => {
      voice.order(sent);
      metrics.order(sent);
    },
  };
  const chain = describeChain(config, console, metrics);
  // Beside each other, since whoever starts again after a kill -9 has money waiting.
  const [{ reactor, databases }] = await Promise.all([
    assemble(config, chain, console, metrics, stopping.signal),
    refuseWrongWorld(chain),
  ]);
  await raiseFence(reactor);

  const { db } = databases.database;
  const locks = databases.locks.pool;
  const replica = openReplica(config, db, console);
  const loop = runLoop(reactor, locks, config.directDatabaseUrl);
  const fetchOf = (node: number) => timeRpc(metrics, node, fetch);
  const tools = {
    db,
    pool: locks,
    reconcile: () =>
      withLock(locks, accountLock(LOCKS.reconciliation, config.account), () =>
        reconcileInTurn(() => reconcilerOf(config, db, reactor.world.juno, fetchOf), config.reconcileFullEveryMs),
      ),
  };
  const run = (by: string) => async (name: Parameters<typeof runProcess>[2]) => {
    const result = await runProcess(reactor, tools, name, by);
    loop.wake();
    return result;
  };
  const webhooks = deliverWebhooks(config, reactor);
  const seals = keepSealed(reactor, databases.machine.db);
  listeners.add(seals.wake);
  const stopAlerts = watchAlerts(reactor, db, config.alertMail);
  const stopNotices = startNotices(config, reactor, db);
  const stopScreening = startScreening(config, reactor, {
    db,
    pool: locks,
    outside: webhooks.outside,
    wake: loop.wake,
  });
  // A guard of orders: what a person looks at is no order.
  const facts = { ...reactor.facts, holder: 0 };
  const api = createApp({
    db,
    replica,
    approveAfterMs: config.api.approveAfterMs,
    eraseAfterMs: config.api.eraseAfterMs,
    facts,
    move: (tx, ...move) => saveMove(transactionOn(tx), ...move),
    rateLimits: config.api.rateLimits,
    configured: controlsOf(config),
    mailsParties: config.noticeMail !== null,
    bankLimits: config.bankLimits,
    corsOrigins: config.api.corsOrigins,
    monotonicMs: reactor.monotonicMs,
    nowMs: Date.now,
    runProcess: async (name) => redactIn(await run("api")(name), hide),
    processes: async () => redactIn(await processStates(reactor, db, config.timers === "on"), hide),
    freshness: async () => redactIn(await freshness(reactor), hide),
    shadow: config.shadow,
    probes: async () => redactIn(await probes(reactor), hide),
    metrics: async () => metrics.page(await measure(reactor, db)),
    askForClabe: () => askForClabe(reactor),
    refuseWebhookUrl: (url) => refuseUrl(url, webhooks.outside),
    sandboxDeposit: sandboxDeposit(config.sandboxUrl),
    onEvent: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    closing: stopping.signal,
    wake: loop.wake,
    show: console.event,
    doorbell: loop.doorbell,
    failed: console.failed,
  });
  const site = createSite({
    api,
    db,
    facts,
    approveAfterMs: config.api.approveAfterMs,
    mailsParties: config.noticeMail !== null,
    show: console.event,
    wake: loop.wake,
    hasSandbox: config.sandboxUrl !== undefined,
    nowMs: Date.now,
    monotonicMs: reactor.monotonicMs,
    closing: stopping.signal,
    failed: console.failed,
  });
  const server = await serveApp(
    { fetch: traceRequests((...request) => site.fetch(...request)) },
    { port: config.api.port, host: config.api.host },
  );
  const stopTimers =
    config.timers === "on" ? schedule(run("reloj"), (error) => console.failed("reloj", error)) : () => undefined;
  if (config.webhookUrl !== undefined && !config.shadow) await askForWebhooks(reactor, db, config.webhookUrl);
  console.say(`Reactor ${reactor.identity.holder()} en marcha: ${server.url}`);
  if (config.shadow) console.say("👥 Modo sombra: decide e imprime; no envía nada al banco ni a la cadena.");
  return async () => {
    stopping.abort();
    stopTimers();
    await Promise.all([
      server.close(),
      loop.stop(),
      webhooks.stop(),
      seals.stop(),
      stopAlerts(),
      stopNotices(),
      stopScreening(),
    ]);
    await reactor.identity.close();
    await replica?.stop();
    await databases.close();
    await stopTracing();
  };
}

/** Mails to buyers and sellers, where a server for them is configured. @returns what stops it. */
function startNotices({ noticeMail: mail }: Config, { console, installationId }: Reactor, db: Database) {
  if (mail === null) return () => Promise.resolve();
  const { event: show, failed } = console;
  return mailNotices({ db, mail, installationId, random: Math.random, show, failed });
}

/** The check of payouts' names, where one is configured. In shadow nothing is asked of anybody. @returns what stops it. */
function startScreening({ checker, shadow }: Config, reactor: Reactor, parts: Omit<Screener, "checker">) {
  if (checker === null || shadow) return () => Promise.resolve();
  return screenPayouts(reactor, { ...parts, checker });
}

async function refuseWrongWorld({ client, signer }: ReturnType<typeof describeChain>): Promise<void> {
  const refusals = await startChecks(client, signer.address);
  if (refusals.length === 0) return;
  throw new Error(refusals.map(({ es, en }) => `${es}\n${en}`).join("\n"));
}

async function askForClabe(reactor: Reactor) {
  const reply = await createClabe(reactor.world.juno);
  return reply.outcome === "done"
    ? ({ ok: true, clabe: reply.value.clabe } as const)
    : ({ ok: false, message: reply.message } as const);
}

async function askForWebhooks(reactor: Reactor, db: Queryable, callbackUrl: string): Promise<void> {
  const { account } = reactor.facts;
  if (await isWebhookRegistered(db, account, callbackUrl)) return;
  const reply = await registerWebhook(reactor.world.juno, { callbackUrl });
  if (reply.outcome === "done") await saveWebhookRegistration(db, account, callbackUrl);
  else reactor.console.say(`🏦 Juno no registró el webhook (${reply.message}); se le preguntará por reloj.`);
}

let hide = redactor([]);
try {
  const config = readConfig(process.env);
  hide = redactor(config.secrets);
  const stop = await start(config, hide);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), DRAIN_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${hide(String(error))}\n`);
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  process.stderr.write(`${hide(error instanceof Error ? error.message : String(error))}\n`);
  process.exit(1);
}
