import type { Chance } from "./chance.ts";
import type { Clock } from "./clock.ts";
import type { Life } from "./life.ts";

/** Legs that fall due within this time are looked at together. */
const BEAT_MS = 500;
/** A look without any reason: leases end without anybody being told. */
const LONGEST_REST_MS = 60_000;

/** Nothing that is further away than this needs blocks or readings meanwhile. */
const SOON_MS = 2_000;

/**
 * Whose turn it is to look for due legs. In truth every worker of every reactor looks each second; a look at which nothing
 * is due changes nothing, so here only as many look as find something, and which of them is drawn.
 */
export type Rota = Readonly<{
  /** Somebody looks at this moment, or a little later. */
  lookAt(ms: number): void;
  /** Nothing is due before this moment (null: ever), as far as the store knows. */
  restUntil(ms: number | null): void;
  /** Whether all that is left waits for a far moment. */
  isQuiet(): boolean;
  /** Waits until it is this worker's turn. */
  turn(life: Life): Promise<void>;
}>;

export function createRota(clock: Clock, chance: Chance): Rota {
  let resting: { life: Life; wake: () => void }[] = [];
  let nextMs = Number.POSITIVE_INFINITY;
  let cancel: () => void = () => undefined;
  let called = 0;
  let allWereBusy = false;
  let restsUntilMs = 0;

  const lookAt = (ms: number) => {
    const beatMs = Math.ceil(Math.max(ms, clock.nowMs() + 1) / BEAT_MS) * BEAT_MS;
    if (beatMs >= nextMs) return;
    cancel();
    nextMs = beatMs;
    cancel = clock.after(beatMs - clock.nowMs(), () => {
      nextMs = Number.POSITIVE_INFINITY;
      lookAt(clock.nowMs() + LONGEST_REST_MS);
      callOne();
    });
  };
  const callOne = () => {
    resting = resting.filter(({ life }) => !life.isDead());
    const [one] = resting.splice(chance.between(0, Math.max(0, resting.length - 1), "turn", called++), 1);
    if (one) one.wake();
    else allWereBusy = true;
  };
  return {
    lookAt: (ms) => {
      restsUntilMs = Math.min(restsUntilMs, ms);
      lookAt(ms);
    },
    restUntil: (ms) => {
      restsUntilMs = ms ?? Number.POSITIVE_INFINITY;
      lookAt(restsUntilMs);
    },
    isQuiet: () => restsUntilMs > clock.nowMs() + SOON_MS,
    turn: (life) => {
      if (allWereBusy) {
        allWereBusy = false;
        return Promise.resolve();
      }
      return new Promise((wake) => resting.push({ life, wake }));
    },
  };
}
