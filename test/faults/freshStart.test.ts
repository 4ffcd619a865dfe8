import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { SANDBOX_PACE } from "../../bin/stack/provideBank.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { endBySignal, START_PROGRAM, type StartedWhole, startWhole } from "../harness/startWhole.ts";
import { wholeFolder } from "../harness/wholeFolder.ts";
import { apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { moneyRequests } from "./support/bankRequests.ts";

/** Only its chain, contracts and bank are of use here: they are what a fresh start does not forget. */
const outside = await freshSystem();
await outside.ponder.stop();
const state = wholeFolder();
let running: StartedWhole | null = null;
const end = async () => {
  if (running) await endBySignal(state.path, running.program, "SIGINT");
  running = null;
};
afterAll(async () => {
  await end();
  await outside.close();
});

const { anvil, contracts, sandbox, bankKey } = outside;
const { bridge, juno } = localAccounts();
const CONFIGURED = {
  ETH_RPC_URL: anvil.rpcUrl,
  ETH_WS_URL: anvil.wsUrl,
  ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
  MOCK_ERC20_ADDRESS: contracts.mxnb,
  START_BLOCK: String(contracts.startBlock),
  ESCROW_BRIDGE_WALLET: bridge.address,
  ESCROW_PRIVATE_KEY: bridge.privateKey,
  JUNO_WALLET: juno.address,
  JUNO_STAGE_BASE_URL: sandbox.url,
  JUNO_STAGE_API_KEY: bankKey.apiKey,
  JUNO_STAGE_API_SECRET: bankKey.apiSecret,
  ...SANDBOX_PACE,
};

async function start(...args: string[]) {
  running = await startWhole(state.path, START_PROGRAM, args, CONFIGURED);
  const { api: url } = running;
  await until("/ready", 60_000, async () => ((await fetch(`${url}/ready`)).ok ? true : undefined));
  return { url, api: apiOf({ url }, { apiKey: state.apiKey() }) };
}

type Started = Awaited<ReturnType<typeof start>>;

async function pay({ api }: Started, amount: string) {
  const payment = await createPayment(api, { amount, customer: "cliente", custodyMs: 1_000 });
  await payDeposit(sandbox, payment);
  // A bank that was configured does not ring here; the process that runs every five minutes finds the deposit.
  await api.trigger("deposits");
  return payment;
}

const keysAtTheBank = async () => (await moneyRequests(sandbox)).map(({ idempotencyKey }) => idempotencyKey);

test("npm start -- --fresh against the same bank and chain: the same payment, number and amount, meets no old key and no old debit, and is paid", async () => {
  const before = await start();
  const first = await pay(before, "1500.00");
  await untilStatus(before.api, first.id, "completed");
  const oldKeys = await keysAtTheBank();
  expect(oldKeys).toHaveLength(2);
  await end();

  const after = await start("--fresh");
  const second = await pay(after, "1500.00");
  expect(second.id).toBe(first.id);
  await untilStatus(after.api, second.id, "completed");
  const keys = await keysAtTheBank();
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(4);
  const { orders } = await readBankBooks(sandbox);
  const paid = orders.filter(({ type }) => type === "REDEMPTION").map(({ amount }) => amount);
  expect(paid).toEqual([first.amountCentavos, second.amountCentavos]);
}, 300_000);
