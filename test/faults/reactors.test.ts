import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { heldLocks, LOCKS } from "../../reactor/store/withLock.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { killHard } from "../journeys/support/killHard.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { eventsOfType } from "../journeys/support/untilEvent.ts";
import { moneyRequests } from "./support/bankRequests.ts";
import { MONEY_CALLS } from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { untilLeg } from "./support/legs.ts";
import { attemptsOf } from "./support/orders.ts";

const WITHIN_MS = 120_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
const { sandbox } = system;
const database = openDatabase(system.database.url, 1, () => undefined);
afterAll(async () => {
  await database.close();
  await system.close();
});
let reactor = await system.startReactor("first");
const { created, paidBy, allPaidOnce } = follow(system, () => reactor);
const pendingOrders = async () =>
  (await pool.query("select from kustodia.attempt where outcome = 'pending' and action in ('withdraw', 'redeem')"))
    .rowCount ?? 0;

test("SIGTERM with orders at a slow bank: within ten seconds what has left has its answer, what has not stays, and nothing is held", async () => {
  await turnDial(sandbox, [{ kind: "slow", endpoint: MONEY_CALLS.withdraw, times: 2, ms: 3_000 }]);
  const payments = await paidBy(["1010.00", "1020.00", "1030.00", "1040.00"], 2_000);
  await until("orders, of which only one can be at the bank", 60_000, async () =>
    (await pendingOrders()) >= 2 ? true : undefined,
  );
  const askedAt = performance.now();
  expect(await reactor.stop()).toBe("ended");
  expect(performance.now() - askedAt).toBeLessThan(10_000);
  expect(await pendingOrders()).toBe(0);
  const { rows: held } = await pool.query("select id from kustodia.leg where lease_holder is not null");
  expect(held).toEqual([]);
  const all = (await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw")))).flat();
  expect(all.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  expect(all.map(({ reason }) => reason)).toContain("stopping");
  reactor = await system.startReactor("first");
  await allPaidOnce(payments);
}, 200_000);

test.each([
  ["two", ["second"], ["1210.00", "1210.00", "1220.00", "1230.00"]],
  ["four", ["second", "third", "fourth"], ["1110.00", "1110.00", "1120.00", "1130.00", "1140.00", "1150.00"]],
])(
  "%s reactors, one of them killed -9 every second or two and started again: every payment is paid once",
  async (count, beside, amounts) => {
    const seed = Number(process.env.FAULT_SEED ?? Date.now() % 100_000);
    process.stdout.write(`random kills by FAULT_SEED=${seed}\n`);
    // A new buyer's CLABE is asked of the bank now: beside others that ask, the bank may refuse the nonce, and the caller is told so.
    const payments = await created(amounts, 20_000);
    const others = await Promise.all(beside.map((name) => system.startReactor(name)));
    const running: RunningReactor[] = [reactor, ...others];
    await turnDial(sandbox, [
      { kind: "slow", endpoint: MONEY_CALLS.withdraw, times: 4, ms: 700 },
      { kind: "slow", endpoint: MONEY_CALLS.redeem, times: 4, ms: 700 },
    ]);
    for (const payment of payments) await payDeposit(sandbox, payment);
    const kill = fc.record({ afterMs: fc.integer({ min: 500, max: 2_000 }), index: fc.nat(beside.length) });
    const kills = fc.sample(kill, { seed, numRuns: 10 });
    for (const [turn, { afterMs, index }] of kills.entries()) {
      await sleep(afterMs);
      const victim = running[index];
      if (!victim) continue;
      await killHard(victim);
      running[index] = await system.startReactor(`${count}-after-kill-${turn}`);
    }
    reactor = running[0] ?? reactor;
    await allPaidOnce(payments);
    expect(await eventsOfType(pool, "interruptor_activado")).toEqual([]);
    await Promise.all(running.slice(1).map((one) => one.stop()));
  },
  300_000,
);

// Its thirty seconds are those of a lease, which no configuration shortens.
test("a reactor frozen between intent and sending: another one takes over, and the thawed one sends nothing late", async () => {
  // Its CLABE is asked of the bank now: later the slow order stands before every call.
  const [another] = await created(["4200.00"], 2_000);
  if (!another) throw new Error("One payment was asked for.");
  // Just under the time that we wait for an answer: all that follows happens meanwhile, however slow this machine is.
  await turnDial(sandbox, [{ kind: "slow", endpoint: MONEY_CALLS.withdraw, ms: 14_000 }]);
  // The switch makes both start at once: one at the slow bank, the other one waits for its place with its intent stored.
  await pull();
  const payments = await paidBy(["4000.00", "4100.00"], 2_000);
  for (const { id } of payments) await untilLeg(pool, id, "custody", ({ reason }) => reason === "killed");
  const before = (await moneyRequests(sandbox)).length;
  await pool.query("update kustodia.leg set due_at = now() + interval '1 second' where reason = 'killed'");
  await lift();
  await until("one order at the bank, and the other's intent", 10_000, async () => {
    const sent = await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw")));
    const intended = sent.every((all) => all.at(-1)?.outcome === "pending");
    return intended && (await moneyRequests(sandbox)).length === before + 1 ? true : undefined;
  });
  // One more deposit: its webhook makes the reactor read the bank, and it freezes with the lock of that reading in hand.
  await payDeposit(sandbox, another);
  await until("the lock of the bank's reading", 10_000, async () =>
    (await heldLocks(database.db, [LOCKS.bankReading])).size > 0 ? true : undefined,
  );
  process.kill(reactor.pid, "SIGSTOP");
  expect(await moneyRequests(sandbox)).toHaveLength(before + 1);
  const thawed = reactor;
  const second = await system.startReactor("second");
  for (const { id } of payments) {
    await untilLeg(pool, id, "custody", ({ state }) => state !== "withdrawing", WITHIN_MS);
  }
  const keys = (await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw"))))
    .flat()
    .map(({ key }) => key);
  const orders = async () =>
    (await moneyRequests(sandbox)).filter(({ idempotencyKey = "" }) => keys.includes(idempotencyKey));
  const beforeThaw = await orders();
  process.kill(thawed.pid, "SIGCONT");
  await allPaidOnce([...payments, another]);
  // It is awake: it answers, under a new number since its session was lost or by its old one, and has sent nothing of the old.
  await until("the thawed one's answer", 20_000, async () =>
    (await fetch(`${thawed.url}/health`)).ok ? true : undefined,
  );
  expect(await orders()).toEqual(beforeThaw);
  await second.stop();
}, 300_000);

const pull = () => pool.query("insert into kustodia.kill_switch (why, pulled_by) values ('prueba', 'quien prueba')");
const lift = () =>
  pool.query(
    `update kustodia.kill_switch set lifted_at = now(), lifted_by = array['una', 'otra'], lift_reason = 'sigue'
     where lifted_at is null`,
  );
