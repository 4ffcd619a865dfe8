import { createHeap } from "./heap.ts";

/** Time that costs nothing: it stands still while anybody works, and then jumps to the next moment somebody waits for. */
export type Clock = Readonly<{
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** Calls back after so long, unless it is cancelled before. @returns what cancels it. */
  after(ms: number, ring: () => void): () => void;
  /** Lets time pass until `isOver`, or until nobody waits for anything. */
  run(isOver: () => boolean): Promise<void>;
}>;

type Alarm = { readonly atMs: number; readonly order: number; ring: (() => void) | null };

export function createClock(startMs: number): Clock {
  // Of one moment, in the order of asking.
  const alarms = createHeap<Alarm>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
  let nowMs = startMs;
  let order = 0;
  const after: Clock["after"] = (ms, ring) => {
    const alarm: Alarm = { atMs: nowMs + Math.max(0, Math.ceil(ms)), order: order++, ring };
    alarms.push(alarm);
    return () => {
      alarm.ring = null;
    };
  };
  return {
    nowMs: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    run: async (isOver) => {
      while (!isOver()) {
        // All that works here works in microtasks: when the event loop comes round, everybody waits.
        await new Promise((resolve) => setImmediate(resolve));
        let next = alarms.pop();
        while (next !== undefined && next.ring === null) next = alarms.pop();
        if (next === undefined) return;
        nowMs = next.atMs;
        next.ring?.();
      }
    },
  };
}
