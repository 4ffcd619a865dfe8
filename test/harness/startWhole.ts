import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort } from "../../bin/stack/freePort.ts";
import { readPidFile } from "../../bin/stack/pidFile.ts";
import type { Environment } from "../../bin/stack/planStack.ts";
import { isRunning } from "../../bin/stack/processStart.ts";
import { unclassifiedAnswers } from "../../bin/stack/unclassifiedAnswers.ts";
import { until } from "../../bin/stack/until.ts";

export interface StartedWhole {
  program: ChildProcess;
  api: string;
  readyAfterMs: number;
}

/** `npm start`, as a person types it. */
export const NPM_START = ["npm", "start", "--silent", "--"] as const;
/** The program behind it, without npm before it. */
export const START_PROGRAM = [process.execPath, "--import", "tsx", "bin/start.ts"] as const;

/**
 * Starts the whole system over `stateFolder`, on free ports; resolves when it has said that it is ready.
 * @param env configuration beyond that.
 * @throws Error with what it said, when it ends instead.
 */
export async function startWhole(
  stateFolder: string,
  [command, ...before]: readonly [string, ...string[]],
  args: readonly string[] = [],
  env: Environment = {},
): Promise<StartedWhole> {
  const ports = { API_PORT: String(await freePort()), PONDER_PORT: String(await freePort()) };
  const program = spawn(command, [...before, ...args], {
    env: { ...process.env, KUSTODIA_STATE_FOLDER: stateFolder, ...ports, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: a signal then reaches this program alone, as `kill` does, and not the whole terminal's programs.
    detached: true,
  });
  const began = performance.now();
  const said: string[] = [];
  for await (const line of createInterface(program.stdout)) {
    said.push(line);
    if (line.startsWith("Listo.")) break;
  }
  if (!said.at(-1)?.startsWith("Listo.")) throw new Error(`it ended instead of being ready: ${said.join("\n")}`);
  program.stdout.resume();
  return { program, api: `http://127.0.0.1:${ports.API_PORT}`, readyAfterMs: performance.now() - began };
}

/**
 * Sends `signal` to the program alone and returns how long the last of the system's processes took to end, in ms.
 * @throws Error with what a reactor of its said of answers that no table classifies.
 */
export async function endBySignal(stateFolder: string, program: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const pidFile = readPidFile(stateFolder);
  const asked = performance.now();
  program.kill(signal);
  const all = [...(pidFile?.children ?? []), ...(pidFile ? [pidFile.supervisor] : [])];
  await until("the end of every process", 15_000, async () => (all.some(isRunning) ? undefined : true));
  const tookMs = performance.now() - asked;
  const unclassified = unclassifiedAnswers(stateFolder);
  if (unclassified.length > 0) throw new Error(`Nobody has classified:\n${unclassified.join("\n")}`);
  return tookMs;
}
