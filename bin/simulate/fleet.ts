import type { Chance } from "./chance.ts";
import type { Clock } from "./clock.ts";
import type { Life } from "./life.ts";
import { createRota, type Rota } from "./rota.ts";

/** All reactors on one database: which are alive, who holds which of its locks, and whose turn it is. */
export type Fleet = Readonly<{
  rota: Rota;
  /** Gives a reactor its number, and its place among the living. */
  enlist(life: Life): number;
  /** Takes a dead one's place and locks away. */
  strike(holder: number): void;
  isAlive(holder: number): boolean;
  /** The highest number given so far. */
  newest(): number;
  /** Runs one reactor's work that only one at a time may do; nothing while another does it. */
  exclusively(lock: string, life: Life, work: () => Promise<unknown>): Promise<void>;
}>;

export function createFleet(clock: Clock, chance: Chance): Fleet {
  const alive = new Map<number, Life>();
  const locks = new Map<string, Life>();
  let holders = 0;
  return {
    rota: createRota(clock, chance),
    enlist: (life) => {
      alive.set(++holders, life);
      return holders;
    },
    strike: (holder) => {
      const life = alive.get(holder);
      alive.delete(holder);
      for (const [lock, owner] of locks) if (owner === life) locks.delete(lock);
    },
    isAlive: (holder) => alive.has(holder),
    newest: () => holders,
    exclusively: async (lock, life, work) => {
      if (locks.has(lock) || life.isDead()) return;
      locks.set(lock, life);
      try {
        await work();
      } finally {
        if (locks.get(lock) === life) locks.delete(lock);
      }
    },
  };
}
