/** A reactor's life in the simulator: it may end, or stand still, at any await of its work. */
export type Life = Readonly<{
  isDead(): boolean;
  /** Rejects when the reactor dies. */
  death: Promise<never>;
  /** What a dead reactor hears: nothing, ever. */
  never: Promise<never>;
  /** Runs something of the outside for this reactor: what comes back to a dead one never arrives. */
  lived<T>(work: () => Promise<T>): Promise<T>;
  /** @param how for the history. */
  die(how: string): void;
  /** Dies at the `awaits`-th await from now. */
  dieIn(awaits: number): void;
  /** Stands still at the `awaits`-th await from now, for so long; then it goes on as if nothing had been. */
  freezeIn(awaits: number, forMs: number): void;
}>;

/** @param onDeath told once. */
export function beginLife(sleep: (ms: number) => Promise<void>, onDeath: (how: string) => void): Life {
  let dead = false;
  let left = Number.POSITIVE_INFINITY;
  let freeze: { left: number; forMs: number } | null = null;
  let kill: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => {
    kill = reject;
  });
  death.catch(() => undefined);
  const never = new Promise<never>(() => undefined);
  const die = (how: string) => {
    if (dead) return;
    dead = true;
    kill(new Error("This reactor died."));
    onDeath(how);
  };
  const pass = async () => {
    if (dead) return never;
    if (freeze !== null && --freeze.left <= 0) {
      const { forMs } = freeze;
      freeze = null;
      await sleep(forMs);
    }
    if (--left <= 0) die("in mid-step");
    if (dead) return never;
  };
  return {
    isDead: () => dead,
    death,
    never,
    die,
    dieIn: (awaits) => {
      left = Math.min(left, awaits);
    },
    freezeIn: (awaits, forMs) => {
      freeze ??= { left: awaits, forMs };
    },
    lived: async (work) => {
      await pass();
      try {
        const result = await work();
        await pass();
        return result;
      } catch (error) {
        await pass();
        throw error;
      }
    },
  };
}
