import type { Config } from "./config.ts";
import { wayOf } from "./openDatabases.ts";
import type { Reactor } from "./reactor.ts";
import { openDatabase } from "./store/database.ts";
import { resolveByDns } from "./webhooks/addressesOf.ts";
import type { Outside } from "./webhooks/postOnce.ts";
import { reachOf } from "./webhooks/reach.ts";
import { RETRY_AFTER_MS } from "./webhooks/retries.ts";
import { runDeliveries } from "./webhooks/runDeliveries.ts";

/** For one try. */
const TIMEOUT_MS = 10_000;
/** Deliveries have connections of their own, so that many of them leave those of the step alone. */
const CONNECTIONS = 4;

/** Delivers events to the registered endpoints until it is stopped. @returns what stops it, and how it sees the outside. */
export function deliverWebhooks(
  config: Config,
  { console, installationId }: Reactor,
): Readonly<{ outside: Outside; stop(): Promise<void> }> {
  const { databaseUrl, webhookNetworks } = config;
  const lost = (error: Error) => console.failed("base de datos", error);
  const { db, close } = openDatabase(databaseUrl, CONNECTIONS, lost, wayOf(config));
  const outside = { resolve: resolveByDns, mayReach: reachOf(webhookNetworks), timeoutMs: TIMEOUT_MS };
  const stop = runDeliveries(
    {
      db,
      installationId,
      outside,
      retryAfterMs: RETRY_AFTER_MS,
      nowMs: Date.now,
      random: Math.random,
      show: console.event,
    },
    console.failed,
  );
  return {
    outside,
    stop: async () => {
      await stop();
      await close();
    },
  };
}
