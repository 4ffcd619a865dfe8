import type { IndexedHead } from "./chainEvents.ts";
import type { StoredHead } from "./heads.ts";

/** Within these many blocks of the head the index is not behind, however slow the chain itself is. */
const STALE_BLOCKS = 5n;

/**
 * Whether what is known of the chain is too old to move money on: the node has not answered for so long, its chain ends
 * below what was settled (it lags, or was set back), or the index is behind the node (DESIGN 3). A lagging index is never
 * "nothing happened".
 */
export function isStale(
  seen: Readonly<{ head: StoredHead | null; indexed: IndexedHead | null; nowMs: number; staleAfterMs: number }>,
): boolean {
  const { head, indexed, nowMs, staleAfterMs } = seen;
  if (head === null || indexed === null || nowMs - head.readAtMs > staleAfterMs) return true;
  if (head.settledNumber !== null && head.latestNumber < head.settledNumber) return true;
  const behind = head.latestNumber - indexed.number > STALE_BLOCKS;
  return behind && nowMs - indexed.timestampUnixS * 1_000 > staleAfterMs;
}
