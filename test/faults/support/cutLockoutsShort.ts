import type pg from "pg";

/** Makes the minute that a bank's lockout lasts a few seconds long, for a bank that is dialled to lock out for less. */
export function cutLockoutsShort(pool: pg.Pool, seconds: number): { stop(): void } {
  const timer = setInterval(() => {
    pool
      .query("update kustodia.bank_access set locked_until = least(locked_until, now() + make_interval(secs => $1))", [
        seconds,
      ])
      // Before the first reactor the table is not there; the next turn asks again.
      .catch(() => undefined);
  }, 250);
  return { stop: () => clearInterval(timer) };
}
