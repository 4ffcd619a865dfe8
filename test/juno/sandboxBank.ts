import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, vi } from "vitest";
import { deployContracts } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import { listTransactions } from "../../reactor/juno/listTransactions.ts";
import { type Doorbell, parseWebhook } from "../../reactor/juno/parseWebhook.ts";
import type { BankReply, BankTransaction, TransactionType } from "../../reactor/juno/reply.ts";
import { signature } from "../../reactor/juno/signature.ts";
import { startSandbox } from "../../sandbox/startSandbox.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { junoClientFor } from "./hostileBank.ts";

/** A sandbox on an Anvil of its own, a client of it, and what a test does to it from outside. */
export async function openSandboxBank() {
  const anvil = await freshAnvil();
  const { mxnb, escrow } = await deployContracts(anvil.rpcUrl, "one-step");
  const { bridge, juno } = localAccounts();
  const sandbox = await startSandbox({
    port: 0,
    rpcUrl: anvil.rpcUrl,
    mxnb,
    junoWalletPrivateKey: juno.privateKey,
    apiKeys: { "test-key": "test-secret" },
    rules: { requestsPerMinute: 10_000 },
  });
  const { client, told } = junoClientFor(sandbox.url);
  const sinceMs = Date.now() - 60_000;
  const door = await openDoor();

  /** The deposit of a buyer, by the stage-only endpoint that no client of ours needs. */
  async function depositBySpei(receiverClabe: string, amount: string): Promise<void> {
    const path = "/spei/test/deposits";
    const body = JSON.stringify({ amount, receiver_clabe: receiverClabe, receiver_name: "K", sender_name: "K" });
    const { apiKey, apiSecret } = client;
    const nonce = await client.nextNonce();
    const authorization = signature({ apiKey, apiSecret, nonce, method: "POST", path, body });
    const headers = { authorization, "content-type": "application/json" };
    expect((await fetch(sandbox.url + path, { method: "POST", headers, body })).status).toBe(200);
  }

  async function turnDial(fault: { kind: string; endpoint?: string; ms?: number; times?: number }): Promise<void> {
    const answer = await fetch(`${sandbox.url}/sandbox/dial`, { method: "POST", body: JSON.stringify([fault]) });
    expect(answer.status).toBe(200);
  }

  async function listed(type: TransactionType): Promise<BankTransaction[]> {
    const all = done(await listTransactions(client, { createdSinceMs: sinceMs }));
    return all.filter((one) => one.type === type);
  }

  /** The transaction, once it is COMPLETE or FAILED. */
  async function ended(id: string): Promise<BankTransaction> {
    return await soon(async () => {
      const transaction = done(await getTransaction(client, id));
      expect(["COMPLETE", "FAILED"]).toContain(transaction.status);
      return transaction;
    });
  }

  async function close(): Promise<void> {
    await sandbox.stop();
    await door.close();
    await anvil.stop();
  }

  const { rpcUrl } = anvil;
  const { doorbells, callbackUrl } = door;
  const setting = {
    client,
    told,
    url: sandbox.url,
    rpcUrl,
    mxnb,
    escrow,
    bridge,
    juno,
    sinceMs,
    doorbells,
    callbackUrl,
  };
  return { ...setting, depositBySpei, turnDial, listed, ended, close };
}

/** Repeats until it holds, for 15 s at most. */
export function soon<T>(holds: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(holds, { timeout: 15_000, interval: 100 });
}

/** The value of a reply that has to be done. */
export function done<T>(reply: BankReply<T>): T {
  if (reply.outcome === "done") return reply.value;
  throw new Error(`The bank's reply is not done: ${JSON.stringify(reply)}`);
}

/** Where the bank rings. */
async function openDoor() {
  const doorbells: Doorbell[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    doorbells.push(parseWebhook(JSON.parse(body)));
    response.end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { doorbells, callbackUrl: `http://127.0.0.1:${port}/juno`, close };
}
