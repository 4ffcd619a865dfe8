import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createTestClient, http, publicActions } from "viem";
import { afterAll, expect, test } from "vitest";
import { cleanUpLeftovers } from "../../bin/stack/cleanUpLeftovers.ts";
import { keepRunning } from "../../bin/stack/keepRunning.ts";
import { isRunning, processStart } from "../../bin/stack/processStart.ts";
import { startAnvil } from "../../bin/stack/startAnvil.ts";
import { type Child, supervise } from "../../bin/stack/supervise.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { openTestFolder, type TestFolder } from "../harness/testFolder.ts";

const SOMEBODY = "0x000000000000000000000000000000000000dEaD";
const folders: TestFolder[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

function newFolder(): TestFolder {
  const folder = openTestFolder();
  folders.push(folder);
  return folder;
}

/** Runs the supervisor of partsUnderSupervision.ts in a process of its own, as a start by a person does. */
async function superviseElsewhere(folder: TestFolder) {
  const args = ["--import", "tsx", "test/stack/partsUnderSupervision.ts", folder.path];
  const supervisor = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(supervisor.stdout), "line");
  const said: { pids: number[]; rpcUrl: string } = JSON.parse(line);
  return { supervisor, ...said };
}

async function ended(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode === null && supervisor.signalCode === null) await once(supervisor, "exit");
}

/** Node's own program that never ends and, with `deaf`, does not listen when asked to. */
function endless(deaf: boolean) {
  const listen = deaf ? "process.on('SIGTERM', () => undefined);" : "";
  const script = `${listen} setInterval(() => undefined, 1_000); console.log("listening");`;
  return {
    command: process.execPath,
    args: ["-e", script],
    cwd: "/",
    env: {},
    stopSignal: "SIGTERM",
  } as const;
}

test("SIGINT to the supervisor alone ends every child within ten seconds", async () => {
  const { supervisor, pids } = await superviseElsewhere(newFolder());
  expect(pids.map(processStart)).not.toContain(undefined);

  const asked = performance.now();
  supervisor.kill("SIGINT");
  await ended(supervisor);
  expect(pids.map(processStart)).toEqual([undefined, undefined]);
  expect(performance.now() - asked).toBeLessThan(10_000);
});

test("what a kill -9 left running is ended by the next start, and Anvil saves its chain first", async () => {
  const folder = newFolder();
  const { supervisor, pids, rpcUrl } = await superviseElsewhere(folder);
  const chain = createTestClient({ mode: "anvil", chain: anvilChain, transport: http(rpcUrl) });
  await chain.setBalance({ address: SOMEBODY, value: 81n });
  supervisor.kill("SIGKILL");
  await ended(supervisor);
  expect(pids.map(processStart)).not.toContain(undefined);

  expect(await cleanUpLeftovers(folder.path)).toEqual(["anvil", "postgres"]);
  expect(pids.map(processStart)).toEqual([undefined, undefined]);
  const again = await startAnvil(supervise(folder.path), { statePath: folder.pathOf("chain.json") });
  try {
    const restored = createTestClient({ mode: "anvil", chain: anvilChain, transport: http(again.rpcUrl) });
    expect(await restored.extend(publicActions).getBalance({ address: SOMEBODY })).toBe(81n);
  } finally {
    await again.stop();
  }
});

test("a second start over the same folder is refused in a sentence while the first one runs", async () => {
  const folder = newFolder();
  const { supervisor } = await superviseElsewhere(folder);
  try {
    await expect(cleanUpLeftovers(folder.path)).rejects.toThrow(`ya está corriendo aquí (proceso ${supervisor.pid})`);
  } finally {
    supervisor.kill("SIGINT");
    await ended(supervisor);
  }
});

test("a pid that has gone to another program since is left alone", async () => {
  const folder = newFolder();
  const supervisor = supervise(folder.path);
  const stranger = await supervisor.start({ name: "stranger", ...endless(false) });
  const pidFile = folder.pathOf("pids.json");
  const now = readFileSync(pidFile, "utf8");
  const startedAt = processStart(stranger.pid) ?? "";
  writeFileSync(pidFile, now.replace(startedAt, `${startedAt}0`));
  try {
    expect(await cleanUpLeftovers(folder.path)).toEqual([]);
    expect(isRunning({ pid: stranger.pid, startedAt })).toBe(true);
  } finally {
    await stranger.stop();
  }
});

test("children end in the reverse of the order they were started in, and nothing is started after that", async () => {
  const supervisor = supervise(newFolder().path);
  const ends: string[] = [];
  for (const name of ["postgres", "anvil", "reactor"]) {
    const child = await supervisor.start({ name, ...endless(false) });
    void child.ended.then(() => ends.push(name));
  }
  await supervisor.stopAll(9_500);
  expect(ends).toEqual(["reactor", "anvil", "postgres"]);
  await expect(supervisor.start({ name: "late", ...endless(false) })).rejects.toThrow("late ya no se inicia");
});

test("a child that does not listen is killed in time for the others to end by themselves", async () => {
  const supervisor = supervise(newFolder().path);
  const polite = await supervisor.start({ name: "polite", ...endless(false) });
  const deaf = await supervisor.start({ name: "deaf", ...endless(true) });
  await expect.poll(() => deaf.lastWords()).toBe("listening");

  const asked = performance.now();
  await supervisor.stopAll(2_000);
  expect(performance.now() - asked).toBeLessThan(2_000);
  expect((await deaf.ended).signal).toBe("SIGKILL");
  expect((await polite.ended).signal).toBe("SIGTERM");
});

test("a child that is kept running is started again when it is killed, and not when it is stopped", async () => {
  const supervisor = supervise(newFolder().path);
  const launched: Child[] = [];
  const launch = async () => {
    const child = await supervisor.start({ name: "kept", ...endless(false), mayEnd: true });
    launched.push(child);
    return child;
  };
  const said: string[] = [];
  const kept = keepRunning(supervisor, await launch(), { launch, pausesMs: [0, 0], say: (line) => said.push(line) });
  process.kill(launched[0]?.pid ?? Number.NaN, "SIGKILL");
  await expect.poll(() => launched.length).toBe(2);
  expect(said).toEqual([expect.stringMatching(/^kept terminó \(SIGKILL\)/)]);
  await launched[1]?.stop();
  await kept;
  expect(launched).toHaveLength(2);
});

test("a child that does not stay up is given up, and then the supervisor has failed", async () => {
  const supervisor = supervise(newFolder().path);
  const broken = { ...endless(false), args: ["-e", "process.exit(3)"], name: "broken", mayEnd: true };
  let launched = 0;
  const launch = () => {
    launched += 1;
    return supervisor.start(broken);
  };
  await keepRunning(supervisor, await launch(), { launch, pausesMs: [0, 0], say: () => undefined });
  expect(launched).toBe(3);
  expect((await supervisor.failed).exit()).toMatchObject({ code: 3 });
});

test("a program that is not there is reported in a sentence", async () => {
  const supervisor = supervise(newFolder().path);
  const missing = { ...endless(false), command: "/nowhere/postgres" };
  await expect(supervisor.start({ name: "postgres", ...missing })).rejects.toThrow(
    "No se pudo ejecutar /nowhere/postgres",
  );
});
