import { createServer } from "node:http";
import { afterAll, expect, test } from "vitest";
import { deployContracts } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { startPonder } from "../../bin/stack/startPonder.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const folder = openTestFolder();
const database = await freshDatabase();
const anvil = await freshAnvil();
const contracts = await deployContracts(anvil.rpcUrl, "one-step");
afterAll(async () => {
  await anvil.stop();
  await database.close();
  folder.remove();
});

const { bridge, juno } = localAccounts();
const env = {
  DATABASE_URL: database.url,
  ETH_RPC_URL: anvil.rpcUrl,
  ETH_WS_URL: anvil.wsUrl,
  CHAIN_ID: String(contracts.chainId),
  ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
  MOCK_ERC20_ADDRESS: contracts.mxnb,
  ESCROW_BRIDGE_WALLET: bridge.address,
  JUNO_WALLET: juno.address,
  START_BLOCK: String(contracts.startBlock),
};
const checkout = process.cwd();

test("a stopped Ponder gives its lock back: the next start in the same schema does not wait for it", async () => {
  const first = await startPonder(supervise(folder.path), { checkout, env });
  expect(await first.stop()).toBe("ended");

  const began = performance.now();
  const second = await startPonder(supervise(folder.path), { checkout, env });
  const tookMs = performance.now() - began;
  expect(second.schema).toBe(first.schema);
  expect(await second.stop()).toBe("ended");
  // A lock that was not given back is waited for 25 s.
  expect(tookMs).toBeLessThan(20_000);
});

test("a taken port is refused in a sentence instead of using the next one", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await expect(startPonder(supervise(folder.path), { checkout, env, port })).rejects.toThrow(
      `El puerto ${port}, que necesita Ponder, está ocupado`,
    );
  } finally {
    holder.close();
  }
});
