import { setTimeout as sleep } from "node:timers/promises";
import { StackError } from "./StackError.ts";
import type { Child } from "./supervise.ts";

/**
 * Waits until `ready` answers true, asking every 50 ms for at most `boundMs`; a child that does not get there is ended.
 * `ready` answers false for "not yet"; a throw of it ends the wait.
 * @throws {StackError} with the child's last words, when it ends before it is ready or is not ready in time
 */
export async function waitUntilReady(child: Child, boundMs: number, ready: () => Promise<boolean>): Promise<void> {
  try {
    await wait(child, boundMs, ready);
  } catch (error) {
    await child.stop();
    throw error;
  }
}

async function wait(child: Child, boundMs: number, ready: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (true) {
    if (child.exit() !== undefined) throw notReady(child, "terminó antes de estar listo", "ended before it was ready");
    if (await ready()) return;
    if (performance.now() > deadline) {
      const seconds = Math.round(boundMs / 1_000);
      throw notReady(child, `no estuvo listo en ${seconds} s`, `was not ready within ${seconds} s`);
    }
    await sleep(50);
  }
}

/** Whether `url` answers with a 2xx now; no answer, or none within 2 s, is false. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Not listening yet: the caller asks again, under a bound.
    return false;
  }
}

function notReady(child: Child, es: string, en: string): StackError {
  return new StackError({
    es: `${child.name} ${es}; su registro completo está en ${child.logPath}.`,
    en: `${child.name} ${en}; its whole log is ${child.logPath}. Its last words:\n${child.lastWords()}`,
  });
}
