import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { startHostileBank } from "../juno/hostileBank.ts";

const system = await freshSystem({ shape: "two-step" });
afterAll(() => system.close());

test("the contracts are set up: the bridge wallet moves the escrow and receives what the buyer gets back", async () => {
  const chain = createPublicClient({ transport: http(system.anvil.rpcUrl) });
  const escrow = { abi: kustodiaEscrowAbi, address: system.contracts.escrow };
  const wallets = await Promise.all([
    chain.readContract({ ...escrow, functionName: "bridgeWallet" }),
    chain.readContract({ ...escrow, functionName: "platformWallet" }),
  ]);
  const { bridge } = localAccounts();
  expect(wallets).toEqual([bridge.address, bridge.address]);
});

test("the facts of a new chain can be read by SQL under the name that outlives a deployment: the escrow's own first logs", async () => {
  const kinds = await until("the deployment's logs", 30_000, async () => {
    const { rows } = await system.database.pool.query<{ kind: string }>(
      "select kind from chain.chain_event order by block_number, log_index",
    );
    return rows.length >= 3 ? rows.map(({ kind }) => kind) : undefined;
  });
  expect(kinds).toEqual(["OwnershipTransferred", "OwnershipTransferred", "Initialized"]);
});

test("a restarted bank is at the same address and alive", async () => {
  await system.sandbox.stop();
  const again = await system.restartSandbox();
  expect(again.url).toBe(system.sandbox.url);
  expect((await fetch(`${again.url}/sandbox/health`)).status).toBe(200);
});

test("an answer of the bank that no table classifies fails the file in whose system it came", async () => {
  const unheardOf = JSON.stringify({ success: false, error: { code: "99999", message: "no" } });
  const bank = await startHostileBank(async (response, { method, path, headers, body }) => {
    if (path === "/v4/webhooks") return response.writeHead(422).end(unheardOf);
    const answer = await fetch(`${system.sandbox.url}${path}`, {
      method,
      headers: { authorization: headers.authorization ?? "", "content-type": "application/json" },
      ...(body === "" ? {} : { body }),
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  const asking = await freshSystem({ beside: system });
  await asking.startReactor("reactor", { JUNO_STAGE_BASE_URL: bank.client.baseUrl });
  await expect(asking.close()).rejects.toThrow(/^Nobody has classified:\n.*code 99999/);
}, 120_000);
