import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../../bin/stack/freePort.ts";
import { openStateFolder, removeState } from "../../bin/stack/openStateFolder.ts";
import { readPidFile } from "../../bin/stack/pidFile.ts";
import { isRunning } from "../../bin/stack/processStart.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const folder = openTestFolder();
const stateFolder = folder.pathOf("state");
afterAll(() => {
  removeState(openStateFolder(stateFolder));
  folder.remove();
});

const PARTS = ["postgres", "anvil", "sandbox", "ponder", "reactor"];

/** `npm start` over this file's own state folder; resolves when it has said that it is ready. */
async function npmStart(...args: string[]) {
  const ports = { API_PORT: String(await freePort()), PONDER_PORT: String(await freePort()) };
  const npm = spawn("npm", ["start", "--silent", "--", ...args], {
    env: { ...process.env, KUSTODIA_STATE_FOLDER: stateFolder, ...ports },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: a signal to npm then reaches npm alone, as `kill` does, and not the whole terminal's programs.
    detached: true,
  });
  const began = performance.now();
  const said: string[] = [];
  for await (const line of createInterface(npm.stdout)) {
    said.push(line);
    if (line.startsWith("Listo.")) break;
  }
  if (!said.at(-1)?.startsWith("Listo.")) throw new Error(`npm start ended instead of being ready: ${said.join("\n")}`);
  npm.stdout.resume();
  return { npm, api: `http://127.0.0.1:${ports.API_PORT}`, readyAfterMs: performance.now() - began };
}

function children() {
  return readPidFile(stateFolder)?.children ?? [];
}

/** Sends `signal` to npm alone and returns how long the last of the processes took to end, in ms. */
async function endBySignal(npm: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const pidFile = readPidFile(stateFolder);
  const asked = performance.now();
  npm.kill(signal);
  const all = [...(pidFile?.children ?? []), ...(pidFile ? [pidFile.supervisor] : [])];
  await expect.poll(() => all.filter(isRunning), { timeout: 15_000, interval: 50 }).toEqual([]);
  return performance.now() - asked;
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
  expect(children().map(({ name }) => name)).toEqual(PARTS);
  expect((await fetch(`${first.api}/ready`)).status).toBe(200);
  expect(await tableExists()).toBe(false);
  expect(await endBySignal(first.npm, "SIGTERM")).toBeLessThan(10_000);

  const second = await npmStart();
  expect(await tableExists()).toBe(true);
  expect(await endBySignal(second.npm, "SIGINT")).toBeLessThan(10_000);

  const third = await npmStart("--fresh");
  expect(await tableExists()).toBe(false);
  expect(await endBySignal(third.npm, "SIGINT")).toBeLessThan(10_000);
}, 240_000);

test("after a kill -9 the next start ends what was left, and goes on with the same state", async () => {
  const first = await npmStart();
  await tableExists();
  const supervisor = readPidFile(stateFolder)?.supervisor;
  const left = children();
  process.kill(supervisor?.pid ?? Number.NaN, "SIGKILL");
  await once(first.npm, "exit");
  expect(left.filter(isRunning)).toHaveLength(PARTS.length);

  const second = await npmStart();
  expect(left.filter(isRunning)).toEqual([]);
  expect(await tableExists()).toBe(true);
  expect(await endBySignal(second.npm, "SIGINT")).toBeLessThan(10_000);
}, 180_000);
