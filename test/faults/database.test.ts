import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { REACTOR_LOCK_CLASS } from "../../reactor/store/identity.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { moneyRequests } from "./support/bankRequests.ts";
import { MONEY_CALLS } from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { untilLeg } from "./support/legs.ts";

const WITHIN_MS = 120_000;

const system = await freshSystem({ ownPostgres: true, reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
// Its server is stopped under it: that is what this file is about.
pool.on("error", () => undefined);
afterAll(() => system.close());
const reactor = await system.startReactor();
const { sandbox } = system;
const { paidBy, allPaidOnce } = follow(system, () => reactor);
const rpc = createPublicClient({ transport: http(system.anvil.rpcUrl), cacheTime: 0 });

const slow = (ms: number) =>
  turnDial(sandbox, [
    { kind: "slow", endpoint: MONEY_CALLS.withdraw, ms, times: 4 },
    { kind: "slow", endpoint: MONEY_CALLS.redeem, ms, times: 4 },
  ]);

test("Postgres cuts every connection of the reactor in the midst of its batches: it goes on under a new number, and all are paid once", async () => {
  const [before = 0] = await reactorNumbers();
  await slow(700);
  const payments = await paidBy(["1500.00", "1500.00", "1750.00", "2000.00"], 3_000);
  const states = ["withdrawing", "withdrawing", "bridged", "active", "releasing", "returning", "redeeming", "paying"];
  for (const state of states) {
    await untilAnyLeg(state);
    await cutConnections();
  }
  await allPaidOnce(payments);
  // The last cut may come when all is paid: its session is opened again a second later.
  const after = await until("the reactor's new number", 10_000, async () => (await reactorNumbers())[0]);
  expect(after).toBeGreaterThan(before);
  expect(await reactorNumbers()).toEqual([after]);
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

test("while Postgres cannot be reached nothing leaves, neither an order nor a transaction; all are paid once when it is back", async () => {
  const { count } = await outageWith(await paidBy(["2100.00", "2100.00", "2200.00", "2300.00"], 2_000));
  expect(count).toBeGreaterThan(0);
}, 240_000);

/** Takes Postgres away with orders at a slow bank, and holds what leaves meanwhile to what had left before. */
async function outageWith(payments: Awaited<ReturnType<typeof paidBy>>) {
  await slow(400);
  const before = (await moneyRequests(sandbox)).length;
  await until("the first order at the bank", 60_000, async () =>
    (await moneyRequests(sandbox)).length > before ? true : undefined,
  );
  let left = { orders: -1, nonce: -1 };
  await system.restartPostgres(async () => {
    await sleep(500);
    left = await leftSoFar();
    await sleep(5_000);
    expect(await leftSoFar()).toEqual(left);
  });
  await allPaidOnce(payments);
  return { count: left.orders - before };
}

const leftSoFar = async () => ({
  orders: (await moneyRequests(sandbox)).length,
  nonce: await rpc.getTransactionCount({ address: localAccounts().bridge.address, blockTag: "pending" }),
});

test("the disk of the history is full: no step is kept without its event, and when there is room all are paid once", async () => {
  const payments = await paidBy(["2400.00", "2500.00"], 2_000);
  for (const { id } of payments) await untilLeg(pool, id, "custody", ({ state }) => state === "withdrawing", WITHIN_MS);
  // Postgres' own answer to a full disk (SQLSTATE 53100), by a trigger: a really full disk would be everybody's on this machine.
  await pool.query(`
    create function public.full_disk() returns trigger language plpgsql
      as $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
    create trigger full_disk before insert on kustodia.event for each statement execute function public.full_disk()`);
  // What each leg has come to has its event: from here on none may come to more.
  const states = await legStates();
  // What had left gets its answer; then nothing at all goes on, and nothing is asked a second time.
  const atRest = await until("rest", 60_000, async () => {
    const before = JSON.stringify(await everythingThatMoves());
    await sleep(3_000);
    return JSON.stringify(await everythingThatMoves()) === before ? before : undefined;
  });
  expect(await legStates()).toEqual(states);
  await sleep(6_000);
  expect(JSON.stringify(await everythingThatMoves())).toBe(atRest);
  await pool.query("drop function public.full_disk cascade");
  await allPaidOnce(payments);
}, 240_000);

const legStates = async () => (await pool.query("select id, state, review_from from kustodia.leg order by id")).rows;

const everythingThatMoves = async () => ({
  legs: (await pool.query("select id, state, version from kustodia.leg order by id")).rows,
  attempts: (await pool.query("select id, action, outcome, outside_id from kustodia.attempt order by id")).rows,
  ...(await leftSoFar()),
});

test("what Postgres comes back as has forgotten an order to the chain, as a replica may that was behind: money stops before anything leaves", async () => {
  await pool.query("update kustodia.signer set next_nonce = next_nonce - 1");
  await cutConnections();
  const status = () => killSwitchAt(reactor.url, system.apiKey).status();
  const stopped = await until("money stopped", WITHIN_MS, async () => {
    const { history } = await status().catch(() => ({ history: [] }));
    return history.find(({ lifted_at }) => lifted_at === null);
  });
  expect(stopped.why).toMatch(/nonce de la cadena .* va adelante del nuestro/);
}, 240_000);
