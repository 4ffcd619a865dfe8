/** What one caller has left: whole requests now, and whole seconds until all of its allowance is back. */
export type Left = Readonly<{ allowed: boolean; remaining: number; fullInS: number; retryInS: number }>;

/** More callers than this at once are forgotten, the one first that has been quiet longest. */
const MOST_CALLERS = 10_000;
const MINUTE_MS = 60_000;

/**
 * Token buckets, one for each name: `perMinute` requests at once, and as many again each minute, evenly. They are this
 * process's own: of two reactors each gives the whole allowance.
 * What is asked with a cost of 0 only says what is left.
 * @param nowMs a clock that never goes back.
 */
export function createBuckets(perMinute: number, nowMs: () => number): (name: string, cost?: 0 | 1) => Left {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const refill = perMinute / MINUTE_MS;
  return (name, cost = 1) => {
    const now = nowMs();
    const known = buckets.get(name) ?? { tokens: perMinute, atMs: now };
    const tokens = Math.min(perMinute, known.tokens + (now - known.atMs) * refill);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - cost : tokens;
    // Set anew, so that the map's first is the one that asked longest ago.
    buckets.delete(name);
    buckets.set(name, { tokens: left, atMs: now });
    const [oldest] = buckets.keys();
    if (buckets.size > MOST_CALLERS && oldest !== undefined) buckets.delete(oldest);
    const seconds = (missing: number) => Math.ceil(missing / refill / 1_000);
    return {
      allowed,
      remaining: Math.floor(left),
      fullInS: seconds(perMinute - left),
      retryInS: allowed ? 0 : Math.max(1, seconds(1 - left)),
    };
  };
}
