import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { REACTOR_LOCK_CLASS } from "../../reactor/store/identity.ts";
import { heldLocks, LOCKS } from "../../reactor/store/withLock.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { booksAgree, type Travelled } from "../journeys/support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { legOf, untilLeg } from "./support/legs.ts";
import { attemptsOf, keysAreKept } from "./support/orders.ts";

const WITHDRAWALS = "POST /mint_platform/v1/withdrawals";
const REDEMPTIONS = "POST /mint_platform/v1/redemptions";
const PAYMENT_MS = 90_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
const { sandbox } = system;
const database = openDatabase(system.database.url, 1, () => undefined);
afterAll(async () => {
  await database.close();
  await system.close();
});
let reactor = await system.startReactor("first");

/** All that this system ever had, as it should stand. */
const travelled: Travelled[] = [];
let buyers = 0;

async function paidBy(amounts: readonly string[], custodyMs: number): Promise<readonly CreatedPayment[]> {
  const api = apiOf(reactor, system);
  const payments = await Promise.all(
    amounts.map((amount) => createPayment(api, { amount, customer: `comprador-${buyers++}`, custodyMs })),
  );
  for (const payment of payments) await payDeposit(sandbox, payment);
  return payments;
}

async function allPaidOnce(payments: readonly CreatedPayment[], stage: Travelled["stage"] = "paid"): Promise<void> {
  const api = apiOf(reactor, system);
  travelled.push(...payments.map((payment) => ({ ...payment, stage })));
  if (stage === "paid") for (const { id } of payments) await untilStatus(api, id, "completed", PAYMENT_MS);
  await booksAgree(system, travelled);
  await keysAreKept(pool, sandbox);
}

test("a payout over a ceiling waits for a person, and nothing of it is sent", async () => {
  await reactor.stop();
  reactor = await system.startReactor("first", { MAX_PAYOUT_PESOS: "1000", MAX_HOUR_PESOS: "2500" });
  const within = await paidBy(["900.00", "1000.00"], 1_000);
  await allPaidOnce(within);
  const over = await paidBy(["1000.01", "900.00"], 1_000);
  for (const { id } of over) {
    await untilLeg(pool, id, "payout", ({ reviewFrom }) => reviewFrom === "redeeming", PAYMENT_MS);
    expect(await attemptsOf(pool, id, "redeem")).toEqual([]);
  }
  const why = await Promise.all(over.map(({ id }) => whyInReview(id)));
  expect(why).toEqual([expect.stringContaining("tope por pago"), expect.stringContaining("tope por hora")]);
  await allPaidOnce(over, "returned");
  await reactor.stop();
  reactor = await system.startReactor("first");
}, 240_000);

async function whyInReview(paymentId: number): Promise<string> {
  const events = await apiOf(reactor, system).events(paymentId);
  return events.find(({ type }) => type === "en_revision")?.data.why ?? "";
}

test("Postgres cuts every connection of the reactor again and again: it goes on under a new number, and all are paid once", async () => {
  const before = await reactorNumbers();
  await turnDial(sandbox, [
    { kind: "slow", endpoint: WITHDRAWALS, ms: 700, times: 4 },
    { kind: "slow", endpoint: REDEMPTIONS, ms: 700, times: 4 },
  ]);
  const payments = await paidBy(["1500.00", "1500.00", "1750.00", "2000.00"], 3_000);
  const states = ["withdrawing", "withdrawing", "bridged", "active", "releasing", "returning", "redeeming", "paying"];
  for (const state of states) {
    await untilAnyLeg(state);
    await cutConnections();
  }
  await allPaidOnce(payments);
  const after = await reactorNumbers();
  expect(after).toHaveLength(1);
  expect(after[0]).toBeGreaterThan(before[0] ?? 0);
}, 240_000);

/** Waits for a leg in this state; goes on without, when all have left it already. */
async function untilAnyLeg(state: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const { rows } = await pool.query("select from kustodia.leg where state = $1", [state]);
    if (rows.length > 0) return;
    await sleep(20);
  }
}

async function cutConnections(): Promise<void> {
  await until("connections to cut", 10_000, async () => {
    const { rows } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name in ('kustodia', 'kustodia-identity', 'kustodia-listen')`,
    );
    return rows.length > 0 ? true : undefined;
  });
}

async function reactorNumbers(): Promise<readonly number[]> {
  const { rows } = await pool.query<{ number: number }>(
    `select objid::int as number from pg_locks where locktype = 'advisory' and classid = $1 and granted
       and database = (select oid from pg_database where datname = current_database())`,
    [REACTOR_LOCK_CLASS],
  );
  return rows.map(({ number }) => number);
}

test("the kill switch: a second later nothing leaves from either of two reactors, and all goes on when two persons lift it", async () => {
  const second = await system.startReactor("second");
  await turnDial(sandbox, [{ kind: "slow", endpoint: WITHDRAWALS, ms: 800, times: 3 }]);
  const early = await paidBy(["3000.00", "3000.00"], 1_000);
  for (const { id } of early) await untilLeg(pool, id, "custody", ({ state }) => state === "releasing", PAYMENT_MS);
  const late = await paidBy(["3100.00", "3200.00", "3300.00", "3400.00"], 1_000);
  await until("orders that wait for the slow bank", 30_000, async () => {
    const { rows } = await pool.query("select from kustodia.attempt where action = 'withdraw' and outcome = 'pending'");
    return rows.length >= 2 ? true : undefined;
  });

  await pull();
  await sleep(1_000);
  const left = await outgoing();
  await sleep(5_000);
  expect(await outgoing()).toEqual(left);
  const waiting = await Promise.all([...early, ...late].map(({ id }) => reasonsOf(id)));
  expect(waiting.flat()).toContain("killed");

  await lift();
  await allPaidOnce([...early, ...late]);
  await second.stop();
}, 300_000);

/** How much has ever left: calls that move money as they reached the bank, and transactions of the bridge wallet. */
async function outgoing() {
  const requests = await bankRequests();
  const rpc = createPublicClient({ transport: http(system.anvil.rpcUrl) });
  return {
    bank: requests.filter(({ method, path }) => [WITHDRAWALS, REDEMPTIONS].includes(`${method} ${path}`)).length,
    chain: await rpc.getTransactionCount({ address: localAccounts().bridge.address, blockTag: "pending" }),
  };
}

const requestLog = z.object({
  requests: z.array(z.object({ method: z.string(), path: z.string(), idempotencyKey: z.string().optional() })),
});

/** Every call that ever reached the bank, whatever became of it. */
async function bankRequests() {
  const response = await fetch(`${sandbox.url}/sandbox/requests`);
  return requestLog.parse(await response.json()).requests;
}

async function reasonsOf(paymentId: number): Promise<readonly (string | null)[]> {
  const legs = await Promise.all((["custody", "payout"] as const).map((kind) => legOf(pool, paymentId, kind)));
  return legs.map(({ reason }) => reason);
}

async function pull(): Promise<void> {
  await pool.query("insert into kustodia.kill_switch (why, pulled_by) values ('prueba', 'quien prueba')");
}

async function lift(): Promise<void> {
  const response = await fetch(`${reactor.url}/api/kill-switch/lift`, {
    method: "POST",
    headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ reason: "la prueba terminó", persons: ["una", "otra"] }),
  });
  expect(response.status).toBe(200);
}

// Its thirty seconds are those of a lease, which no configuration shortens.
test("a reactor frozen between intent and sending: another one takes over, and the thawed one sends nothing late", async () => {
  await turnDial(sandbox, [{ kind: "slow", endpoint: WITHDRAWALS, ms: 8_000 }]);
  // Its CLABE is asked of the bank now: later the slow order stands before every call.
  const another = await createPayment(apiOf(reactor, system), {
    amount: "4200.00",
    customer: "la-tercera",
    custodyMs: 1_000,
  });
  // The switch makes both start at once: one at the slow bank, the other one waits for its place with its intent stored.
  await pull();
  const payments = await paidBy(["4000.00", "4100.00"], 1_000);
  for (const { id } of payments) await untilLeg(pool, id, "custody", ({ reason }) => reason === "killed");
  await lift();
  await until("two intents", 10_000, async () => {
    const sent = await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw")));
    return sent.every((all) => all.at(-1)?.outcome === "pending") ? true : undefined;
  });
  // One more deposit: its webhook makes the reactor read the bank, and it freezes with the lock of that reading in hand.
  await payDeposit(sandbox, another);
  await until("the lock of the bank's reading", 10_000, async () =>
    (await heldLocks(database.db, [LOCKS.bankReading])).size > 0 ? true : undefined,
  );
  process.kill(reactor.pid, "SIGSTOP");
  const second = await system.startReactor("second");
  for (const { id } of payments) {
    await untilLeg(pool, id, "custody", ({ state }) => state !== "withdrawing", PAYMENT_MS);
  }
  const keys = (await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw"))))
    .flat()
    .map(({ key }) => key);
  const orders = () =>
    bankRequests().then((all) => all.filter(({ idempotencyKey = "" }) => keys.includes(idempotencyKey)));
  const beforeThaw = await orders();
  process.kill(reactor.pid, "SIGCONT");
  await allPaidOnce([...payments, another]);
  expect(await orders()).toEqual(beforeThaw);
  const outcomes = await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw")));
  expect(outcomes.flat().map(({ reason }) => reason)).toContain("stale_intent");
  await second.stop();
}, 300_000);
