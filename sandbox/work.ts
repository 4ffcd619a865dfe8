import { setTimeout as sleepFor } from "node:timers/promises";

/** What goes on behind the replies. */
export type Work = {
  signal: AbortSignal;
  /** Lets it go on in the background. A failure of it is a bug and is kept in `failures`. */
  run(task: Promise<unknown>): void;
  /** Throws an AbortError when the sandbox stops meanwhile. */
  sleep(ms: number): Promise<void>;
  /** Wakes every sleeper and waits for what runs. */
  stop(): Promise<void>;
  failures: Error[];
};

export function createWork(): Work {
  const controller = new AbortController();
  const running = new Set<Promise<unknown>>();
  const failures: Error[] = [];
  return {
    signal: controller.signal,
    failures,
    run(task) {
      const watched: Promise<unknown> = task
        .catch((error: unknown) => {
          // Stopping ends every task by an exception; the journal knows where to go on.
          if (!controller.signal.aborted) failures.push(error instanceof Error ? error : new Error(String(error)));
        })
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    async sleep(ms) {
      await sleepFor(ms, undefined, { signal: controller.signal });
    },
    async stop() {
      controller.abort();
      await Promise.all(running);
    },
  };
}
