/**
 * A bell that remembers one ring. A ring wakes one listener, who looks for all of them: to wake the others too would only let
 * them look for what it has taken. With nobody listening, whoever listens next hears it at once.
 */
export function hangBell() {
  let rung = false;
  const listeners: (() => void)[] = [];
  const ring = () => {
    const wake = listeners.shift();
    if (wake) wake();
    else rung = true;
  };
  return {
    ring,
    /** Wakes everybody, since all of them shall end. */
    ringAll: () => {
      rung = true;
      for (const wake of listeners.splice(0)) wake();
    },
    silence: () => {
      rung = false;
    },
    /** Waits for a ring, at most `ms`. @returns whether it rang. */
    heard: async (ms: number): Promise<boolean> => {
      if (rung) {
        rung = false;
        return true;
      }
      return new Promise<boolean>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(() => {
          listeners.splice(listeners.indexOf(wake), 1);
          resolve(false);
        }, ms);
        listeners.push(wake);
      });
    },
  };
}
