import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { apiOf } from "../journeys/support/api.ts";
import { moneyRequests } from "./support/bankRequests.ts";
import { changeByTwo } from "./support/changeByTwo.ts";
import { MONEY_CALLS } from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { legOf, untilLeg } from "./support/legs.ts";
import { attemptsOf } from "./support/orders.ts";

const WITHIN_MS = 120_000;
/** The promise itself. */
const STOPS_WITHIN_MS = 1_000;

const system = await freshSystem({ ownPostgres: true, reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
// Its server is stopped under it: that is what one of these tests is about.
pool.on("error", () => undefined);
const { sandbox } = system;
afterAll(() => system.close());
const CEILINGS = { MAX_PAYOUT_PESOS: "1000", MAX_HOUR_PESOS: "2500", MAX_DAY_PESOS: "3000" };
let reactor = await system.startReactor("first", CEILINGS);
const { paidBy, stand, allAgree, allPaidOnce } = follow(system, () => reactor);
const killSwitch = () => killSwitchAt(reactor.url, system.apiKey);
const rpc = createPublicClient({ transport: http(system.anvil.rpcUrl), pollingInterval: 50, cacheTime: 0 });

test("a payout over a ceiling (its own, the hour's, the day's) waits for a person, and nothing of it is sent", async () => {
  await allPaidOnce(await paidBy(["900.00", "1000.00"], 1_000));
  expect(await overCeiling("1000.01")).toContain("tope por pago de $1,000.00");
  expect(await overCeiling("900.00")).toContain("tope por hora de $2,500.00");
  // An hour later, by the rows that the sums are made of.
  await withoutTriggers(pool, "update kustodia.transfer set created_at = created_at - interval '61 minutes'");
  await allPaidOnce(await paidBy(["800.00"], 1_000));
  expect(await overCeiling("400.00")).toContain("tope por día de $3,000.00");
  await allAgree();
  for (const name of ["payout_ceiling", "hour_ceiling", "day_ceiling"]) {
    await changeByTwo(reactor, system, name, "100000000.00");
  }
}, 300_000);

/** Why the payout of a new payment waits for a person. */
async function overCeiling(amount: string): Promise<string> {
  const payments = await paidBy([amount], 1_000);
  stand(payments, "returned");
  const paymentId = payments[0]?.id ?? 0;
  await untilLeg(pool, paymentId, "payout", ({ reviewFrom }) => reviewFrom === "redeeming", WITHIN_MS);
  expect(await attemptsOf(pool, paymentId, "redeem")).toEqual([]);
  const events = await apiOf(reactor, system).events(paymentId);
  return events.find(({ type }) => type === "en_revision")?.data.why ?? "";
}

test("pulled by a person: a second later nothing leaves from either of two reactors, through a restart of both and of Postgres, until two lift it", async () => {
  let second = await system.startReactor("second");
  await turnDial(sandbox, [{ kind: "slow", endpoint: MONEY_CALLS.withdraw, ms: 600, times: 6 }]);
  const payments = await paidBy(["3000.00", "3000.00", "3100.00", "3200.00", "3300.00", "3400.00", "3500.00"], 1_000);
  const before = (await moneyRequests(sandbox)).length;
  await until("orders that leave one after the other", 60_000, async () =>
    (await moneyRequests(sandbox)).length >= before + 2 ? true : undefined,
  );
  await killSwitch().pull("prueba");
  const pulledAtMs = Date.now();
  await sleep(STOPS_WITHIN_MS);
  const nonce = await bridgeNonce();
  await sleep(4_000);
  await tellLastSend(pulledAtMs);
  expect(await bridgeNonce()).toBe(nonce);
  const waiting = await Promise.all(payments.map(({ id }) => legOf(pool, id, "custody")));
  expect(waiting.map(({ reason }) => reason)).toContain("killed");

  await Promise.all([reactor.stop(), second.stop()]);
  await system.restartPostgres();
  [reactor, second] = await Promise.all([system.startReactor("first"), system.startReactor("second")]);
  await sleep(4_000);
  await tellLastSend(pulledAtMs);
  expect(await bridgeNonce()).toBe(nonce);
  await liftByTwo(reactor, system, "la prueba terminó");
  await allPaidOnce(payments);
  await second.stop();
}, 300_000);

const bridgeNonce = () => rpc.getTransactionCount({ address: localAccounts().bridge.address, blockTag: "pending" });

/** Says how long after the pull the last order reached the bank. */
async function tellLastSend(pulledAtMs: number): Promise<void> {
  const last = (await moneyRequests(sandbox)).at(-1)?.at ?? 0;
  process.stdout.write(`the last order reached the bank ${last - pulledAtMs} ms after the pull\n`);
  expect(last).toBeLessThan(pulledAtMs + STOPS_WITHIN_MS);
}
