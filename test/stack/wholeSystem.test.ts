import { once } from "node:events";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { openStateFolder, removeState } from "../../bin/stack/openStateFolder.ts";
import { readPidFile } from "../../bin/stack/pidFile.ts";
import { isRunning } from "../../bin/stack/processStart.ts";
import { until } from "../../bin/stack/until.ts";
import { answers } from "../../bin/stack/waitUntilReady.ts";
import { endBySignal, NPM_START, type StartedWhole, startWhole } from "../harness/startWhole.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const folder = openTestFolder();
const stateFolder = folder.pathOf("state");
afterAll(() => {
  removeState(openStateFolder(stateFolder));
  folder.remove();
});

const PARTS = ["anvil", "ponder", "postgres", "reactor", "sandbox", "tripwire"];

const npmStart = (...args: string[]) => startWhole(stateFolder, NPM_START, args);
const end = ({ program }: StartedWhole, signal: NodeJS.Signals) => endBySignal(stateFolder, program, signal);

function children() {
  return readPidFile(stateFolder)?.children ?? [];
}

async function tableExists(): Promise<boolean> {
  const places = readFileSync(openStateFolder(stateFolder).places, "utf8");
  const client = new pg.Client({ connectionString: /postgresql:\S+/.exec(places)?.[0] });
  await client.connect();
  const { rows } = await client.query("select to_regclass('kept_by_the_test') is not null as there");
  if (!rows[0].there) await client.query("create table kept_by_the_test ()");
  await client.end();
  return rows[0].there;
}

test("npm start is ready within a minute, ends by one signal to npm, goes on where it stopped, and begins anew when told", async () => {
  const first = await npmStart();
  expect(first.readyAfterMs).toBeLessThan(60_000);
  expect(
    children()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(PARTS);
  expect((await fetch(`${first.api}/ready`)).status).toBe(200);
  expect(await tableExists()).toBe(false);
  expect(await end(first, "SIGTERM")).toBeLessThan(10_000);

  const second = await npmStart();
  expect(await tableExists()).toBe(true);
  expect(await end(second, "SIGINT")).toBeLessThan(10_000);

  const third = await npmStart("--fresh");
  expect(await tableExists()).toBe(false);
  expect(await end(third, "SIGINT")).toBeLessThan(10_000);
}, 240_000);

test("a reactor that is killed -9 is started again by itself, and nothing else is", async () => {
  const whole = await npmStart();
  const before = children();
  const reactor = before.find(({ name }) => name === "reactor");
  process.kill(reactor?.pid ?? Number.NaN, "SIGKILL");
  await until("a ready reactor again", 30_000, async () => {
    if (children().every(({ pid }) => pid !== reactor?.pid) && (await answers(`${whole.api}/ready`))) return true;
    return undefined;
  });
  const others = (all: typeof before) => all.filter(({ name }) => name !== "reactor").map(({ pid }) => pid);
  expect(others(children())).toEqual(others(before));
  expect(await end(whole, "SIGINT")).toBeLessThan(10_000);
}, 120_000);

test("after a kill -9 the next start ends what was left, and goes on with the same state", async () => {
  const first = await npmStart();
  expect(await tableExists()).toBe(true);
  const supervisor = readPidFile(stateFolder)?.supervisor;
  const left = children();
  process.kill(supervisor?.pid ?? Number.NaN, "SIGKILL");
  await once(first.program, "exit");
  expect(left.filter(isRunning)).toHaveLength(PARTS.length);

  const second = await npmStart();
  expect(left.filter(isRunning)).toEqual([]);
  expect(await tableExists()).toBe(true);
  expect(await end(second, "SIGINT")).toBeLessThan(10_000);
}, 180_000);
