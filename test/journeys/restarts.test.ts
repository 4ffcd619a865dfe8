import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import type { SendAction } from "../../reactor/payments/table.ts";
import { LOCKS } from "../../reactor/store/withLock.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { killHard } from "./support/killHard.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { eventsOfType } from "./support/untilEvent.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
/** Restarts take their time, and the machine may have other work. */
const COMPLETE_WITHIN_MS = 120_000;
/** The bank's time for an order when it is dialled slow: long enough for its answer to meet nobody. */
const SLOW_MS = 1_500;
const CUSTODY_MS = 6_000;

// Timers off: whatever goes on after a restart does so by itself, and not because a sweep came by.
const system = await freshJourney({ ownPostgres: true, reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
afterAll(() => system.close());
let reactor = await system.startReactor();
const everPaid: CreatedPayment[] = [];

/** Three buyers pay at once, two of them the same amount. */
async function threeUnderWay(): Promise<readonly CreatedPayment[]> {
  const api = apiOf(reactor, system);
  const payments = await Promise.all(
    ["1500.00", "1500.00", "24999.99"].map((amount, index) =>
      createPayment(api, { amount, customer: `comprador-${everPaid.length + index}`, custodyMs: CUSTODY_MS }),
    ),
  );
  for (const payment of payments) await payDeposit(system.sandbox, payment);
  return payments;
}

async function allPaidOnce(payments: readonly CreatedPayment[]): Promise<void> {
  const api = apiOf(reactor, system);
  for (const { id } of payments) await untilStatus(api, id, "completed", COMPLETE_WITHIN_MS);
  everPaid.push(...payments);
  await booksAgree(
    system,
    everPaid.map((payment) => ({ ...payment, stage: "paid" })),
  );
}

/** Waits until the bank has such orders in its hands and we have no answer stored. */
async function untilBankWorks(action: SendAction): Promise<void> {
  await until(`${action} without an answer`, STEP_MS, async () => {
    const { rows } = await pool.query("select from kustodia.attempt where action = $1 and outcome = 'pending'", [
      action,
    ]);
    return rows.length > 0 ? true : undefined;
  });
}

/** Waits until such a call has its nonce and no receipt is known. */
async function untilInLane(action: SendAction): Promise<void> {
  await until(`${action} in the lane`, STEP_MS, async () => {
    const { rows } = await pool.query(
      "select from kustodia.chain_transaction where action = $1 and state in ('reserved', 'signed', 'sent')",
      [action],
    );
    return rows.length > 0 ? true : undefined;
  });
}

/** Waits until a reading of the bank is under way: its session lock is held while the bank thinks. */
async function untilReading(): Promise<void> {
  await until("a reading of the bank under way", STEP_MS, async () => {
    const { rows } = await pool.query("select from pg_locks where locktype = 'advisory' and objid = $1 and granted", [
      LOCKS.bankReading,
    ]);
    return rows.length > 0 ? true : undefined;
  });
}

async function untilAny(state: string): Promise<void> {
  await until(`a leg ${state}`, STEP_MS, async () => {
    const { rows } = await pool.query("select from kustodia.leg where state = $1", [state]);
    return rows.length > 0 ? true : undefined;
  });
}

const slow = (endpoint: string) =>
  turnDial(system.sandbox, [{ kind: "slow", endpoint: `POST /mint_platform/v1/${endpoint}`, times: 3, ms: SLOW_MS }]);

test("the reactor: killed -9 with orders at a slow bank and with calls in its lane, and stopped by SIGTERM at the same two", async () => {
  await slow("withdrawals");
  await slow("redemptions");
  const payments = await threeUnderWay();

  await untilBankWorks("withdraw");
  await killHard(reactor);
  reactor = await system.startReactor();
  await untilInLane("createEscrow");
  await killHard(reactor);
  reactor = await system.startReactor();

  await untilInLane("release");
  expect(await reactor.stop()).toBe("ended");
  reactor = await system.startReactor();
  await untilBankWorks("redeem");
  expect(await reactor.stop()).toBe("ended");
  reactor = await system.startReactor();

  await allPaidOnce(payments);
  expect(await eventsOfType(pool, "error_automatico")).toEqual([]);
}, 240_000);

test("the reactor: killed -9 with a call mined of which it stored only the bytes; the lane behind it goes on", async () => {
  await reactor.stop();
  reactor = await system.startReactor("reactor", { CRASH_AT: "createEscrow:before_reply" });
  const payments = await threeUnderWay();
  await until("a mined escrow that no row knows to be sent", STEP_MS, async () => {
    const { rows } = await pool.query(
      `select from kustodia.chain_transaction join chain.chain_event on chain_event.tx_hash = chain_transaction.hash
       where action = 'createEscrow' and state = 'signed'`,
    );
    return rows.length > 0 ? true : undefined;
  });
  await reactor.stop();
  reactor = await system.startReactor();
  await allPaidOnce(payments);
}, 240_000);

test("Ponder: stopped while escrows are made, killed -9 while they are released", async () => {
  let ponder = system.ponder;
  const payments = await threeUnderWay();
  await untilInLane("createEscrow");
  expect(await ponder.stop()).toBe("ended");
  ponder = await system.restartPonder();
  await untilInLane("release");
  await killHard(ponder);
  // Meanwhile blocks go by that nobody indexes.
  await system.restartPonder();
  await allPaidOnce(payments);
}, 240_000);

test("the bank: stopped while it withdraws, killed -9 while it redeems", async () => {
  let sandbox = system.sandbox;
  await slow("withdrawals");
  const payments = await threeUnderWay();
  await untilBankWorks("withdraw");
  expect(await sandbox.stop()).toBe("ended");
  await sleep(500);
  sandbox = await system.restartSandbox();
  await slow("redemptions");
  await untilBankWorks("redeem");
  await killHard(sandbox);
  await system.restartSandbox();
  await allPaidOnce(payments);
}, 240_000);

test("the chain's node: stopped with calls in its pool, and again with transfers on their way", async () => {
  let anvil = system.anvil;
  const payments = await threeUnderWay();
  await untilInLane("createEscrow");
  expect(await anvil.stop()).toBe("ended");
  anvil = await system.restartAnvil();
  await untilInLane("returnToJuno");
  expect(await anvil.stop()).toBe("ended");
  await system.restartAnvil();
  await allPaidOnce(payments);
}, 240_000);

test("Postgres: restarted while the bank's answers to withdrawals and to our reading are on their way, and with escrows being released", async () => {
  await slow("withdrawals");
  const payments = await threeUnderWay();
  await untilBankWorks("withdraw");
  await turnDial(system.sandbox, [
    { kind: "slow", endpoint: "GET /mint_platform/v1/transactions", times: 2, ms: SLOW_MS },
  ]);
  await untilReading();
  await system.restartPostgres();
  await untilAny("releasing");
  await system.restartPostgres();
  await allPaidOnce(payments);
  const { rows } = await pool.query(
    `select application_name as name, count(*)::int as connections from pg_stat_activity
     where application_name in ('kustodia-identity', 'kustodia-listen') and datname = current_database()
     group by 1 order by 1`,
  );
  // Opened again once each, and not once for every complaint about their loss.
  expect(rows).toEqual([
    { name: "kustodia-identity", connections: 1 },
    { name: "kustodia-listen", connections: 1 },
  ]);
}, 240_000);
