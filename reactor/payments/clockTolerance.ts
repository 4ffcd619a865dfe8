/** How far the bank's clock and ours may differ, ms: what is older than this before an intent was not caused by it (DESIGN 6, rule 2). */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
