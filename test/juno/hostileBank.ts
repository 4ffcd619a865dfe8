import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { JunoClient } from "../../reactor/juno/client.ts";

export type Received = { method: string; path: string; headers: IncomingMessage["headers"]; body: string };

/**
 * A server that answers whatever a test wants, and keeps what it received. Not the sandbox: that one is a bank, and cannot be as
 * malformed as a client must survive (half an answer, another page's number, a code nobody knows).
 */
export async function startHostileBank(answer: (response: ServerResponse, request: Received, nth: number) => unknown) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    const seen = { method, path: url, headers, body };
    received.push(seen);
    answer(response, seen, received.length);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as AddressInfo;
  return { received, ...junoClientFor(`http://127.0.0.1:${port}`) };
}

/** A bank that answers one JSON text to everything. */
export function startBankSaying(httpStatus: number, json: string, headers: Record<string, string> = {}) {
  return startHostileBank((response) => response.writeHead(httpStatus, headers).end(json));
}

/** A client with a nonce and a budget in memory, and the record of what it told the world. */
export function junoClientFor(baseUrl: string, changes: Partial<JunoClient> = {}) {
  const told = { lanes: [] as string[], lockoutsMs: [] as number[] };
  let nonce = 1_700_000_000_000n;
  const client: JunoClient = {
    baseUrl,
    apiKey: "test-key",
    apiSecret: "test-secret",
    timeoutMs: 2_000,
    nextNonce: async () => {
      nonce += 1n;
      return nonce;
    },
    takePlace: async (lane) => {
      told.lanes.push(lane);
    },
    onThrottled: async (lockoutMs) => {
      told.lockoutsMs.push(lockoutMs);
    },
    now: () => Date.now(),
    ...changes,
  };
  return { client, told };
}
