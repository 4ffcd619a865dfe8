import type { Clock } from "./clock.ts";

/** A bell that remembers one ring: whoever listens next hears it at once. */
export type Bell = Readonly<{
  ring(): void;
  /** Waits for a ring, at most `ms`. @returns whether it rang. */
  heard(ms: number): Promise<boolean>;
}>;

export function createBell(clock: Clock): Bell {
  let rung = false;
  const listening = new Set<() => void>();
  return {
    ring: () => {
      rung = true;
      for (const wake of [...listening]) wake();
    },
    heard: async (ms) => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            listening.delete(wake);
            cancel();
            resolve();
          };
          const cancel = clock.after(ms, wake);
          listening.add(wake);
        });
      }
      const heard = rung;
      rung = false;
      return heard;
    },
  };
}
