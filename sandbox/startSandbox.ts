import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import pLimit from "p-limit";
import type { Bank } from "./bank.ts";
import { openBooks } from "./books/openBooks.ts";
import { createPatience } from "./chain/createPatience.ts";
import { openBooksOnChain } from "./chain/openBooksOnChain.ts";
import { openChain } from "./chain/openChain.ts";
import { rebroadcast } from "./chain/rebroadcast.ts";
import { watchDeposits } from "./chain/watchDeposits.ts";
import { createApp } from "./createApp.ts";
import { createDial } from "./dial/createDial.ts";
import { DEFAULT_DELAYS, DEFAULT_RULES, type SandboxOptions } from "./options.ts";
import { isUnsettled, settle } from "./orders/settle.ts";
import { newClabe } from "./spei/newClabe.ts";
import { createAnnouncer } from "./webhooks/createAnnouncer.ts";
import { createDelivery } from "./webhooks/createDelivery.ts";
import { createWork } from "./work.ts";

export type Sandbox = { url: string; stop(): Promise<void> };

/**
 * Starts the bank: replays its journal, finishes what a stop or a kill left under way, and listens.
 * Throws when the RPC does not answer, the journal is unreadable or of another chain, or the port is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { now = Date.now, random = randomBytes, host = "127.0.0.1" } = options;
  const delays = { ...DEFAULT_DELAYS, ...options.delays };
  const rules = { ...DEFAULT_RULES, ...options.rules };

  const chain = await openChain(options.rpcUrl, options.mxnb, options.junoWalletPrivateKey);
  const books = openBooks(options.journalPath);
  const work = createWork();
  const patience = createPatience(work, delays.chainPollMs);
  const delivery = createDelivery(() => books.state.webhooks, delays.webhookRetryMs, work.signal);
  const bank: Bank = {
    books,
    chain,
    work,
    rules,
    delays,
    now,
    random,
    dial: createDial(),
    businessName: options.businessName,
    walletLane: pLimit(1),
    untilItWorks: patience.untilItWorks,
    announce: createAnnouncer(chain.wallet.address, delivery.deliver),
  };

  const app = createApp(bank, options.apiKeys, () => ({
    rpc: patience.troubles,
    failures: work.failures,
    webhooksGivenUp: delivery.givenUp(),
  }));
  const server = createAdaptorServer({ fetch: app.fetch });

  async function stop(): Promise<void> {
    await work.stop();
    if (server.listening) {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    }
    books.close();
  }

  try {
    const opening = await openBooksOnChain(books, chain);
    // Every account begins with one CLABE (documented).
    if (books.state.clabes.size === 0) books.record([{ entry: "clabe_created", clabe: newClabe(bank) }]);
    await rebroadcast(chain, books.state);
    server.listen(options.port, host);
    await once(server, "listening");
    for (const transaction of books.state.transactions.values()) {
      if (isUnsettled(bank, transaction)) work.run(settle(bank, transaction.id));
    }
    // From the beginning, not from the last one credited: every transfer is credited once, however often it is read.
    work.run(watchDeposits(bank, opening.blockNumber + 1n));
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, stop };
}
