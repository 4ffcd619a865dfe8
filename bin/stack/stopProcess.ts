import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessIdentity } from "./processStart.ts";

const LOOK_EVERY_MS = 20;

/**
 * Asks a process to end by `signal`; if it still runs after `boundMs`, kills it and its process group.
 * Works for children and for what an earlier run left behind alike. Returns whether it ended by itself.
 */
export async function stopProcess(
  target: ProcessIdentity,
  signal: NodeJS.Signals,
  boundMs: number,
): Promise<"ended" | "killed"> {
  if (!isRunning(target)) return "ended";
  send(target.pid, signal);
  const deadline = performance.now() + boundMs;
  while (performance.now() < deadline) {
    if (!isRunning(target)) return "ended";
    await sleep(LOOK_EVERY_MS);
  }
  if (!isRunning(target)) return "ended";
  // Every process we start leads its own group (detached), so this takes its workers along and nobody else.
  send(-target.pid, "SIGKILL");
  while (isRunning(target)) await sleep(LOOK_EVERY_MS);
  return "killed";
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal: that is what was wanted.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
