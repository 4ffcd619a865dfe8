import pg from "pg";
import { type Address, createWalletClient, type Hex, http, parseUnits } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, expect, test } from "vitest";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { provideTripwireRole } from "../../bin/stack/provideTripwireRole.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { CLABES, createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";

const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const killSwitch = killSwitchAt(reactor.url, system.apiKey);
await system.startTripwire();

/** Several looks of the tripwire, which looks twice a second here. */
const SOME_LOOKS_MS = 4_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a pull whose reason has these words. */
const untilPulled = (words: RegExp) =>
  until(`a pull that says ${words}`, 60_000, async () =>
    (await killSwitch.status()).history.find(({ why }) => words.test(why)),
  );

async function paid(amount: string, customer: string, custodyMs = 4_000) {
  const payment = await createPayment(api, { amount, customer, custodyMs, payoutClabe: CLABES.hsbc });
  await payDeposit(system.sandbox, payment);
  return payment;
}

test("its role may insert into the kill switch, read which parts a payment was agreed in, and do nothing else in the database", async () => {
  const url = await provideTripwireRole(system.database.url, "test-tripwire-password");
  const role = new pg.Client({ connectionString: url ?? "" });
  await role.connect();
  for (const forbidden of [
    "select why from kustodia.kill_switch",
    "update kustodia.kill_switch set lifted_at = now()",
    "delete from kustodia.kill_switch",
    "insert into kustodia.kill_switch (why, pulled_by, lifted_at) values ('x', 'x', now())",
    "select * from kustodia.payment",
    "insert into kustodia.event (type, es, en, data, actor) values ('x', 'x', 'x', '{}', 'x')",
    "select * from chain.chain_event",
    "create table kustodia.mine ()",
  ]) {
    await expect(role.query(forbidden), forbidden).rejects.toMatchObject({ code: "42501" });
  }
  expect((await role.query("select whole_centavos, parts_centavos from kustodia.agreed_split")).rows).toEqual([]);
  // Postgres refuses any change of this view, whoever asks: so its right to one is asked for.
  const { rows } = await role.query(
    "select has_table_privilege('kustodia.agreed_split', 'insert, update, delete, truncate') as may",
  );
  expect(rows).toEqual([{ may: false }]);
  await role.end();
});

test("on a normal day, with equal payments to one account beside each other, it pulls nothing", async () => {
  const day = [await paid("700.00", "ana"), await paid("700.00", "beto"), await paid("1200.50", "caro")];
  for (const { id } of day) await untilStatus(api, id, "completed");
  await pause(SOME_LOOKS_MS);
  expect(await killSwitch.status()).toMatchObject({ killed: false, history: [] });
}, 120_000);

test("a redemption that the bank executes twice pulls the switch: it says why, and nothing further leaves", async () => {
  // Somebody else's money is at the bank too: without it the bank could not pay twice.
  const { depositClabe } = await createPayment(api, { amount: "100.00", customer: "otra" });
  await payDeposit(system.sandbox, { depositClabe, amount: "5000.00" });
  await turnDial(system.sandbox, [{ kind: "execute-key-twice", endpoint: "POST /mint_platform/v1/redemptions" }]);
  const doubled = await paid("1500.00", "dora");

  const pull = await untilPulled(/más salidas que entradas de \$1,500\.00/);
  expect(pull).toMatchObject({ pulled_by: "tripwire", lifted_at: null });
  const accepted = (await readBankBooks(system.sandbox)).orders;
  const paidTwice = accepted.filter(({ type, amount }) => type === "REDEMPTION" && amount === doubled.amountCentavos);
  expect(paidTwice).toHaveLength(2);
  expect(paidTwice.map(({ id }) => id)).toContain(/la redención (\S+) sobra/.exec(pull.why)?.[1]);
  const told = `Salidas de dinero detenidas: ${pull.why}`;
  await untilEvent(system.database.pool, "interruptor_activado", 10_000, ({ es }) => es === told);
  // The reactor sees it too: the bank lists a debit more than it ordered.
  expect(await untilPulled(/redención de \$1,500\.00 .* que ninguna orden nuestra explica/)).toMatchObject({
    pulled_by: "kustodia",
  });

  const next = await paid("900.00", "elsa");
  await until("a withdrawal that waits for the switch", 30_000, async () =>
    (await api.payment(next.id)).legs.find(({ kind, reason }) => kind === "custody" && reason === "killed"),
  );
  await pause(SOME_LOOKS_MS);
  const { orders } = await readBankBooks(system.sandbox);
  expect(orders.filter(({ amount }) => amount === next.amountCentavos).map(({ type }) => type)).toEqual(["ISSUANCE"]);

  // Two persons lift it: the money goes on, and the same finding does not stop it again.
  await liftByTwo(reactor, system, "pagado dos veces, se reclamó al banco");
  await untilStatus(api, next.id, "completed");
  await pause(SOME_LOOKS_MS);
  expect(await killSwitch.status()).toMatchObject({ killed: false });
}, 240_000);

test("a withdrawal that the bank executes twice pulls the switch, by the tripwire and by the reactor, and names it", async () => {
  await turnDial(system.sandbox, [{ kind: "execute-key-twice", endpoint: "POST /mint_platform/v1/withdrawals" }]);
  const doubled = await paid("1300.00", "fina");
  const pull = await untilPulled(/más salidas que entradas de \$1,300\.00/);
  expect(pull).toMatchObject({ pulled_by: "tripwire", lifted_at: null });
  const accepted = (await readBankBooks(system.sandbox)).orders;
  const sentTwice = accepted.filter(
    ({ type, amount }) => type === "CRYPTO_WITHDRAWAL" && amount === doubled.amountCentavos,
  );
  expect(sentTwice).toHaveLength(2);
  expect(sentTwice.map(({ id }) => id)).toContain(/el retiro (\S+) sobra/.exec(pull.why)?.[1]);
  expect(await untilPulled(/retiro de \$1,300\.00 .* que ninguna orden nuestra explica/)).toMatchObject({
    pulled_by: "kustodia",
  });
}, 120_000);

const { deployer, bridge, juno } = localAccounts();
/** A hand with this key, outside of our program. */
const byHand = (privateKey: Hex, functionName: "configureMinter" | "mint" | "transfer", args: [Address, bigint]) =>
  createWalletClient({
    account: privateKeyToAccount(privateKey),
    chain: anvilChain,
    transport: http(system.anvil.rpcUrl),
  }).writeContract({ address: system.contracts.mxnb, abi: mxnbAbi, functionName, args });

/** New MXNB on the bridge, of an amount (base units) that no payment here has. */
async function mintToBridge(amount: bigint): Promise<void> {
  await byHand(deployer.privateKey, "configureMinter", [deployer.address, amount]);
  await byHand(deployer.privateKey, "mint", [bridge.address, amount]);
  await pause(2_000);
}

test("MXNB that a hand sends from the bridge to a third address pull it, by the tripwire's own eyes", async () => {
  const stranger = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
  const amount = parseUnits("77", 6);
  await mintToBridge(amount);
  await byHand(bridge.privateKey, "transfer", [stranger, amount]);
  const pull = await untilPulled(/El puente envió \$77\.00 en MXNB a 0x90f79bf6/);
  expect(pull.pulled_by).toBe("tripwire");
});

test("a payment's return to Juno that leaves the bridge a second time pulls it, since it came in once", async () => {
  await mintToBridge(parseUnits("1200.51", 6));
  // What ended on the normal day went out to the escrow and to Juno, and came in from both.
  await byHand(bridge.privateKey, "transfer", [juno.address, parseUnits("1200.5", 6)]);
  const pull = await untilPulled(/Del puente salieron más transferencias de \$1,200\.50 que las que entraron/);
  expect(pull).toMatchObject({ pulled_by: "tripwire", lifted_at: null });
}, 120_000);
