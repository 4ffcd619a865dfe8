import { type Address, createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { installKey } from "../../bin/operate/installKey.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { killHard } from "./support/killHard.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { receiptDifferences } from "./support/receiptDifferences.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
const COMPLETE_WITHIN_MS = 120_000;

const system = await freshJourney({ lanes: 2, reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
afterAll(() => system.close());
/** Ana's, with which she administers; the second person is Beto. */
const { text: admin } = await installKey(system.database.url, { name: "Ana", kind: "person", scopes: ["admin"] });

const reason = "prueba de dos carriles";
const node = createPublicClient({ transport: http(system.anvil.rpcUrl), cacheTime: 0 });
const contracts = {
  principal: system.contracts.escrow,
  norte: system.secondLane.ESCROW_CONTRACT_ADDRESS_2 as Address,
} as const;

async function laneOf({ id }: CreatedPayment): Promise<string> {
  const { rows } = await pool.query<{ lane: string }>("select lane from kustodia.payment where id = $1", [id]);
  return rows[0]?.lane ?? "";
}

async function statesOf(): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string; state: string }>("select name, state from kustodia.lane");
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}

/** Who made an escrow in a lane's contract, and for how much, in order. */
async function escrowsIn(address: Address) {
  const logs = await node.getContractEvents({
    ...{ address, abi: kustodiaEscrowAbi, eventName: "EscrowCreated", fromBlock: 0n, strict: true },
  });
  return logs.map(({ args }) => args.amount / 10_000n);
}

const holds = (address: Address) =>
  node.readContract({ address: system.contracts.mxnb, abi: mxnbAbi, functionName: "balanceOf", args: [address] });

test("two lanes: payments go through both and nothing crosses, one lane's dead reactor does not hold up the other, and a lane is drained and retired", async () => {
  const principal = await system.startReactor("principal");
  const norte = await system.startReactor("norte", system.secondLane);
  await system.startTripwire();
  const api = apiOf(norte, system);
  const create = (amount: string) => createPayment(api, { amount, customer: `comprador de ${amount}` });

  // Nobody has said yes to the second lane's addresses.
  expect(await statesOf()).toEqual({ principal: "open", norte: "proposed" });
  const first = await create("1001.00");
  expect(await laneOf(first)).toBe("principal");
  await byTwo(norte, { persons: [admin, system.persons[1]] }, "/api/lanes/norte/open", { reason });
  const later = [await create("1002.00"), await create("1003.00"), await create("1004.00")];
  const payments = [first, ...later];
  const lanes = await Promise.all(payments.map(laneOf));
  expect(lanes.filter((lane) => lane === "norte")).toHaveLength(2);
  const of = (lane: string) => payments.filter((_, place) => lanes[place] === lane);

  await killHard(principal);
  for (const payment of payments) await payDeposit(system.sandbox, payment);
  for (const { id } of of("norte")) await untilStatus(api, id, "completed", COMPLETE_WITHIN_MS);
  // The living lane's reactor has read the bank for both, and has moved no leg of the other's.
  for (const { id } of of("principal")) expect((await api.payment(id)).status).toBe("pending");
  expect(await escrowsIn(contracts.principal)).toEqual([]);

  await post(norte, admin, "/api/lanes/principal/drain", { reason });
  expect(await laneOf(await create("1005.00"))).toBe("norte");
  const refusal = await post(norte, admin, "/api/lanes/principal/retire", { reason }).catch(String);
  expect(refusal).toMatch(/409.*principal tiene 2 pagos sin terminar/);

  const again = await system.startReactor("principal");
  for (const { id } of of("principal")) await untilStatus(api, id, "completed", COMPLETE_WITHIN_MS);
  for (const lane of ["principal", "norte"] as const) {
    const amounts = of(lane).map(({ amountCentavos }) => amountCentavos);
    expect((await escrowsIn(contracts[lane])).toSorted()).toEqual(amounts.toSorted());
    expect(await holds(contracts[lane])).toBe(0n);
  }
  for (const payment of payments) {
    const lane = (await laneOf(payment)) as keyof typeof contracts;
    const known = { ...system, contracts: { ...system.contracts, escrow: contracts[lane] } };
    expect(await receiptDifferences(norte, known, payment.id)).toEqual([]);
  }

  await post(again, admin, "/api/lanes/principal/retire", { reason });
  expect(await statesOf()).toEqual({ principal: "retired", norte: "open" });
  const { breaks, difference } = await until("a reading of the three books", STEP_MS, async () => {
    const result = await api.trigger("sync");
    return result.payments === undefined ? undefined : result;
  });
  expect({ breaks, difference }).toEqual({ breaks: 0, difference: "0.00" });
  // The tripwire has seen both lanes' wallets, and nothing in them that no payment explains.
  const { rows: pulls } = await pool.query("select why from kustodia.kill_switch");
  expect(pulls).toEqual([]);
}, 300_000);
