import { DAY_MS, HOUR_MS, MINUTE_MS } from "../payments/table.ts";

/** When a delivery that was not accepted is tried again, after each failure: three days in all (Standard Webhooks, "Retries"). */
export const RETRY_AFTER_MS: readonly number[] = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  DAY_MS,
];

/** So that what failed together does not come back together. */
const SPREAD = 0.1;

/**
 * How long until the next try, ms; null after the last.
 * @param failures tries that failed so far, this one among them.
 * @param random from 0 up to 1.
 */
export function retryInMs(schedule: readonly number[], failures: number, random: number): number | null {
  const afterMs = schedule[failures - 1];
  return afterMs === undefined ? null : Math.round(afterMs * (1 + SPREAD * random));
}
