/** A bell that remembers one ring: whoever listens next hears it at once. */
export function hangBell() {
  let rung = false;
  const wakers: (() => void)[] = [];
  return {
    ring: () => {
      rung = true;
      for (const wake of wakers.splice(0)) wake();
    },
    silence: () => {
      rung = false;
    },
    /** Waits for a ring, at most `ms`. @returns whether it rang. */
    heard: async (ms: number): Promise<boolean> => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakers.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
      const heard = rung;
      rung = false;
      return heard;
    },
  };
}
