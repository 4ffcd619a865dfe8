import type { Address } from "viem";
import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { installKey } from "../../bin/operate/installKey.ts";
import { until } from "../../bin/stack/until.ts";
import { type Api, apiOf } from "./support/api.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { killHard } from "./support/killHard.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilRebuilt } from "./support/untilRebuilt.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
const COMPLETE_WITHIN_MS = 120_000;

const system = await freshJourney({ lanes: 2, accounts: 2, reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
afterAll(() => system.close());
/** Ana's, with which she administers; the second person is Beto. */
const { text: admin } = await installKey(system.database.url, { name: "Ana", kind: "person", scopes: ["admin"] });

const reason = "prueba de dos cuentas";
const banks = { principal: system.sandbox, norte: system.secondSandbox } as const;
type Account = keyof typeof banks;
const node = createPublicClient({ transport: http(system.anvil.rpcUrl), cacheTime: 0 });

async function accountOf({ id }: CreatedPayment): Promise<Account> {
  const { rows } = await pool.query<{ account: Account }>(
    "select account from kustodia.payment join kustodia.lane on lane.name = payment.lane where payment.id = $1",
    [id],
  );
  const account = rows[0]?.account;
  if (account === undefined) throw new Error(`Payment ${id} is on no account.`);
  return account;
}

const holds = (address: Address) =>
  node.readContract({ address: system.contracts.mxnb, abi: mxnbAbi, functionName: "balanceOf", args: [address] });

async function reconciled(api: Api) {
  return until("a reading of the three books", STEP_MS, async () => {
    const { payments, breaks, difference } = await api.trigger("sync");
    return payments === undefined ? undefined : { breaks, difference };
  });
}

test("two bank accounts: each payment passes through one, neither sees the other's money, and an account is drained with its customers", async () => {
  const principal = await system.startReactor("principal");
  const norte = await system.startReactor("norte", system.secondLane);
  await system.startTripwire();
  await system.startTripwire(system.secondLane);
  const [atPrincipal, atNorte] = [apiOf(principal, system), apiOf(norte, system)];

  const create = (api: Api, amount: string) => createPayment(api, { amount, customer: `comprador de ${amount}` });
  const first = await create(atPrincipal, "1001.00");
  expect(await accountOf(first)).toBe("principal");
  await byTwo(norte, { persons: [admin, system.persons[1]] }, "/api/lanes/norte/open", { reason });
  // Each account keeps CLABEs ready, so that whoever is asked gives a new customer to the one with the fewest payments.
  for (const api of [atPrincipal, atNorte]) await api.trigger("deposits");
  const later = [
    await create(atPrincipal, "1002.00"),
    await create(atPrincipal, "1003.00"),
    await create(atNorte, "1004.00"),
  ];
  const payments = [first, ...later];
  const accounts = await Promise.all(payments.map(accountOf));
  expect(accounts.filter((account) => account === "norte")).toHaveLength(2);
  const of = (account: Account) => payments.filter((_, place) => accounts[place] === account);

  await killHard(principal);
  // A CLABE is one account's: the other bank knows of none such.
  await expect(payDeposit(banks.norte, first)).rejects.toThrow("is not a CLABE of this account");
  for (const account of ["principal", "norte"] as const)
    for (const payment of of(account)) await payDeposit(banks[account], payment);
  for (const { id } of of("norte")) await untilStatus(atNorte, id, "completed", COMPLETE_WITHIN_MS);
  for (const { id } of of("principal")) expect((await atNorte.payment(id)).status).toBe("pending");

  await post(norte, admin, "/api/lanes/norte/drain", { reason });
  const [returning] = of("norte");
  if (returning === undefined) throw new Error("No payment went by the second account.");
  const again = await createPayment(atNorte, { amount: "1005.00", customer: `comprador de ${returning.amount}` });
  expect(await accountOf(again)).toBe("principal");
  expect(again.depositClabe).not.toBe(returning.depositClabe);

  const restarted = apiOf(await system.startReactor("principal"), system);
  await payDeposit(banks.principal, again);
  for (const { id } of [...of("principal"), again]) await untilStatus(restarted, id, "completed", COMPLETE_WITHIN_MS);
  await post(norte, admin, "/api/lanes/norte/retire", { reason });

  for (const address of [system.contracts.escrow, system.secondLane.ESCROW_CONTRACT_ADDRESS_2 as Address])
    expect(await holds(address)).toBe(0n);
  for (const api of [restarted, atNorte]) expect(await reconciled(api)).toEqual({ breaks: 0, difference: "0.00" });
  await untilRebuilt({ ...system.environment, ...system.secondLane });
  // Each tripwire has seen its own account and wallets, and nothing in them that no payment explains.
  const { rows: pulls } = await pool.query("select why from kustodia.kill_switch");
  expect(pulls).toEqual([]);
}, 300_000);
