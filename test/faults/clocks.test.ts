import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, inject, test } from "vitest";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { PROCESS_NAMES } from "../../reactor/timers/processes.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { apiOf } from "../journeys/support/api.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { eventsOfType } from "../journeys/support/untilEvent.ts";
import { MONEY_CALLS } from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { untilLeg } from "./support/legs.ts";
import { attemptsOf } from "./support/orders.ts";
import { shiftDatabaseClock } from "./support/shiftDatabaseClock.ts";

const HOUR_MS = 3_600_000;
const WITHIN_MS = 120_000;

const folder = openTestFolder();
const clockFile = folder.pathOf("clock");
const shiftReactorTo = (ms: number) => writeFileSync(clockFile, String(ms));
shiftReactorTo(0);
const system = await freshSystem();
const { pool } = system.database;
const databaseClock = await shiftDatabaseClock(system.database);
afterAll(async () => {
  await system.close();
  await databaseClock.remove(inject("postgresUrl"));
  folder.remove();
});
const reactor = await system.startReactor("reactor", {
  DATABASE_URL: databaseClock.url,
  TIMERS: "off",
  NODE_OPTIONS: `--import ${fileURLToPath(new URL("./support/shiftedClock.mjs", import.meta.url))}`,
  SHIFTED_CLOCK_FILE: clockFile,
  LOG_FORMAT: "json",
});
const { created, paidBy, stand, allPaidOnce } = follow(system, () => reactor);
const api = apiOf(reactor, system);

/** The five timers, by hand: what a clock that was set back has put off for an hour, they find within minutes. */
async function sweep(): Promise<void> {
  for (const process of PROCESS_NAMES) await api.trigger(process);
}

test("the test's database clock is off for the reactor, and for nobody else", async () => {
  await databaseClock.shiftTo(HOUR_MS);
  await sweep();
  const { rows } = await pool.query<{ ahead: number }>(
    "select extract(epoch from max(started_at) - now())::int as ahead from kustodia.process_run",
  );
  expect(rows[0]?.ahead).toBeGreaterThan(3_500);
  await databaseClock.shiftTo(0);
}, 60_000);

test("the reactor's own clock an hour ahead, then an hour behind, in the midst of payments: all are paid once", async () => {
  const [ahead, behind] = await created(["1100.00", "1200.00"], 15_000);
  if (!ahead || !behind) throw new Error("Two payments were asked for.");
  shiftReactorTo(HOUR_MS);
  await payDeposit(system.sandbox, ahead);
  await untilItsTimeIsOffBy(HOUR_MS);
  await untilLeg(pool, ahead.id, "custody", ({ state }) => state === "active", WITHIN_MS);
  shiftReactorTo(-HOUR_MS);
  await payDeposit(system.sandbox, behind);
  await untilItsTimeIsOffBy(-HOUR_MS);
  await untilLeg(pool, behind.id, "custody", ({ state }) => state === "active", WITHIN_MS);
  await allPaidOnce([ahead, behind]);
  shiftReactorTo(0);
}, 200_000);

/** The reactor's own word for it: a line of its log bears its clock's time. */
async function untilItsTimeIsOffBy(shiftMs: number): Promise<void> {
  const newest = () => [...readFileSync(reactor.logPath, "utf8").matchAll(/"time":"([^"]+)"/g)].at(-1)?.[1] ?? "";
  const isNear = (offByMs: number) => Math.abs(offByMs - shiftMs) < HOUR_MS / 2;
  await until(
    `a line from a clock that is off by ${shiftMs} ms`,
    30_000,
    async () => (isNear(Date.parse(newest()) - Date.now()) ? true : undefined),
    async () => newest(),
  );
}

test("the database's clock an hour ahead opens no custody before the chain agrees; set right again, all are paid once", async () => {
  const payments = await paidBy(["1300.00", "1300.00"], 25_000);
  for (const { id } of payments) await untilLeg(pool, id, "custody", ({ state }) => state === "active", WITHIN_MS);
  await databaseClock.shiftTo(HOUR_MS);
  await sweep();
  await sleep(4_000);
  for (const { id } of payments) {
    await untilLeg(pool, id, "custody", ({ state }) => state === "active", 1_000);
  }
  await databaseClock.shiftTo(0);
  await sweepUntilCompleted(payments.map(({ id }) => id));
  await allPaidOnce(payments);
}, 250_000);

test("the database's clock an hour behind: money goes on, no custody ends before its time, and all are paid once", async () => {
  await databaseClock.shiftTo(-HOUR_MS);
  const payments = await paidBy(["1400.00", "1500.00"], 1_000);
  // What was put to sleep before the step is due in an hour: the timers wake it.
  await sweep();
  for (const { id } of payments) await untilLeg(pool, id, "custody", ({ state }) => state === "active", WITHIN_MS);
  await sleep(3_000);
  for (const { id } of payments) await untilLeg(pool, id, "custody", ({ state }) => state === "active", 1_000);
  await databaseClock.shiftTo(0);
  await sweepUntilCompleted(payments.map(({ id }) => id));
  await allPaidOnce(payments);
}, 250_000);

async function sweepUntilCompleted(ids: readonly number[]): Promise<void> {
  await until("every payment completed", WITHIN_MS, async () => {
    await sweep();
    const all = await Promise.all(ids.map((id) => api.payment(id)));
    return all.every(({ status }) => status === "completed") ? true : undefined;
  });
}

test("an order of unknown outcome meets a clock an hour ahead: its key is past its life, so it is looked up, never sent again, and a person decides", async () => {
  await turnDial(system.sandbox, [{ kind: "drop-before-accepting", endpoint: MONEY_CALLS.withdraw }]);
  const payments = await paidBy(["1600.00"], 1_000);
  const id = payments[0]?.id ?? 0;
  await untilLeg(pool, id, "custody", ({ reason }) => reason === "unknown_outcome", WITHIN_MS);
  await databaseClock.shiftTo(HOUR_MS);
  await sweep();
  await untilLeg(pool, id, "custody", ({ reviewFrom }) => reviewFrom === "withdrawing", WITHIN_MS);
  expect((await attemptsOf(pool, id, "withdraw")).map(({ outcome }) => outcome)).toEqual(["unknown"]);
  stand(payments, "issued", { reservesNext: true });
  await databaseClock.shiftTo(0);
  await sweep();
  await allPaidOnce([]);
  expect(await eventsOfType(pool, "error_automatico")).toEqual([]);
}, 200_000);
