import { readPidFile } from "./pidFile.ts";
import { isRunning } from "./processStart.ts";
import { StackError } from "./StackError.ts";
import { stopProcess } from "./stopProcess.ts";

/** Enough for Anvil to write its state and Postgres its checkpoint; Ponder in a backfill takes five seconds by itself. */
const EACH_WITHIN_MS = 6_000;

/**
 * Ends what a killed run left behind in `folder`, last started first, each in the way it likes; returns their names.
 * A pid that has since gone to another program is left alone (see processStart).
 * @throws {StackError} when that run is still alive: two supervisors over one folder would fight
 */
export async function cleanUpLeftovers(folder: string): Promise<string[]> {
  const earlier = readPidFile(folder);
  if (earlier === undefined) return [];
  if (earlier.supervisor.pid !== process.pid && isRunning(earlier.supervisor))
    throw alreadyRunning(earlier.supervisor.pid);
  const left = earlier.children.filter(isRunning).reverse();
  for (const child of left) await stopProcess(child, child.stopSignal, EACH_WITHIN_MS);
  return left.map((child) => child.name);
}

function alreadyRunning(pid: number): StackError {
  return new StackError({
    es: `El sistema ya está corriendo aquí (proceso ${pid}): deténgalo con Ctrl-C o "kill -INT ${pid}" antes de iniciar otro.`,
    en: `The system is already running here (process ${pid}): stop it by Ctrl-C or "kill -INT ${pid}" before starting another.`,
  });
}
