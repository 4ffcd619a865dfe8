import { setTimeout as sleep } from "node:timers/promises";
import type { Child, Supervisor } from "./supervise.ts";

/** Before the restarts that follow each other, ms: at once, and then a minute in all for what else is missing to come back. */
export const RESTART_PAUSES_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** A child that ran so long was well: its end is the first again. */
const RAN_WELL_MS = 60_000;

/**
 * Starts a child again whenever it ends without having been asked to. After the last of the pauses it is given up, and then
 * the supervisor has failed.
 * @param child running, and one that may end.
 * @returns when it has been stopped or is given up.
 */
export async function keepRunning(
  supervisor: Supervisor,
  child: Child,
  again: Readonly<{ launch: () => Promise<Child>; pausesMs: readonly number[]; say: (line: string) => void }>,
  restarts = 0,
): Promise<void> {
  const sinceMs = performance.now();
  const { code, signal, expected } = await child.ended;
  if (expected) return;
  const inARow = performance.now() - sinceMs > RAN_WELL_MS ? 0 : restarts;
  const pauseMs = again.pausesMs[inARow];
  if (pauseMs === undefined) return supervisor.giveUp(child);
  const [name, how] = [child.name, signal ?? code];
  again.say(`${name} terminó (${how}): se inicia de nuevo. / ${name} ended (${how}): it is started again.`);
  await sleep(pauseMs);
  const next = await again.launch().catch(() => undefined);
  // It cannot be started any more: all is being stopped, or the program is gone.
  if (next === undefined) return supervisor.giveUp(child);
  return keepRunning(supervisor, next, again, inARow + 1);
}
