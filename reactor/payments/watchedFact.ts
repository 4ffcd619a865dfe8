import type { ChainFact } from "./facts.ts";

/** A log as it was when a leg moved on by it: a Transfer of MXNB, or the escrow's own word where no tokens moved. */
export type SeenLog = Pick<
  ChainFact,
  "kind" | "txHash" | "blockNumber" | "blockHash" | "escrowId" | "from" | "to" | "amountBaseUnits"
>;

/** A consumed log that is not settled yet: the chain may still take it back. */
export type WatchedFact = SeenLog &
  Readonly<{
    claimId: number;
    legId: number;
    /** When the node first did not have it, unix ms; null while it is there. */
    missingSinceMs: number | null;
    /** When the node was last asked for it, unix ms; null while the index alone has sufficed. */
    askedAtMs: number | null;
    /** The break that it caused and that stands open: its number, and since when (unix ms). Null when there is none. */
    openBreak: Readonly<{ number: number; sinceMs: number }> | null;
  }>;

/** What index and node show of a watched log now. */
export type Sighting =
  /** The same log, in the block in which it is now. `settled`: at or below the settled head, its hash read again. */
  | Readonly<{ kind: "there"; blockNumber: bigint; blockHash: string; settled: boolean }>
  /** Its transaction is in a block, and did something else. */
  | Readonly<{ kind: "differs"; blockNumber: bigint; blockHash: string; logs: readonly string[] }>
  /** The node has another block at its height and no receipt of its transaction. */
  | Readonly<{ kind: "absent"; blockHash: string }>
  /** Nobody answered, or nothing follows from the answer. */
  | Readonly<{ kind: "unknown" }>;

export type Verdict =
  | Readonly<{ kind: "stays" }>
  /** Included again, in another block: only the block recorded with the claim moves on. */
  | Readonly<{ kind: "follow"; blockNumber: bigint; blockHash: string }>
  /** For good: it is not watched any more. */
  | Readonly<{ kind: "settle"; blockNumber: bigint; blockHash: string }>
  /** The first reading without it: its bytes go out again, and a second reading decides. */
  | Readonly<{ kind: "miss" }>
  | Readonly<{ kind: "break" }>;

/**
 * A reorg takes a transaction out of its block and commonly puts it into the next one; our own are sent again at once. Ten
 * seconds are some forty blocks of Arbitrum and ten of a local chain: what has not come back by then needs a person. That its
 * old height is settled meanwhile makes it no more urgent: nothing goes on before it is settled itself.
 */
export const SECOND_READING_MS = 10_000;

/** What follows from a sighting. Pure. @param secondReadingMs how far apart two readings without it must be. */
export function judge(
  watched: WatchedFact,
  sighting: Sighting,
  nowMs: number,
  secondReadingMs = SECOND_READING_MS,
): Verdict {
  const isBroken = watched.openBreak !== null;
  switch (sighting.kind) {
    case "unknown":
      return { kind: "stays" };
    case "there": {
      const { blockNumber, blockHash } = sighting;
      if (sighting.settled) return { kind: "settle", blockNumber, blockHash };
      const moved = blockHash !== watched.blockHash || blockNumber !== watched.blockNumber;
      const isBack = watched.missingSinceMs !== null || isBroken;
      return moved || isBack ? { kind: "follow", blockNumber, blockHash } : { kind: "stays" };
    }
    case "differs":
      return isBroken ? { kind: "stays" } : { kind: "break" };
    case "absent":
      if (isBroken) return { kind: "stays" };
      if (watched.missingSinceMs === null) return { kind: "miss" };
      return nowMs - watched.missingSinceMs >= secondReadingMs ? { kind: "break" } : { kind: "stays" };
  }
}

const LEAST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 300_000;
/** A break that has stood for eight minutes is asked about each minute: what heals is seen soon after, in proportion. */
const PAUSES_OF_ITS_AGE = 8;

/**
 * Whether the node may be asked again for a log that the index does not show. One whose break stands open is asked for
 * less and less often, down to once in five minutes; when it comes back, the index tells it without any question.
 */
export function mayAskNode({ openBreak, askedAtMs }: WatchedFact, nowMs: number): boolean {
  if (openBreak === null || askedAtMs === null) return true;
  const ageMs = nowMs - openBreak.sinceMs;
  const pauseMs = Math.min(Math.max(ageMs / PAUSES_OF_ITS_AGE, LEAST_PAUSE_MS), MOST_PAUSE_MS);
  // A clock that was set back must not silence it for as long.
  return nowMs < askedAtMs || nowMs - askedAtMs >= pauseMs;
}

/** What a claim keeps of the log that it uses up. */
export function seenLog({
  kind,
  txHash,
  blockNumber,
  blockHash,
  escrowId,
  from,
  to,
  amountBaseUnits,
}: SeenLog): SeenLog {
  return { kind, txHash, blockNumber, blockHash, escrowId, from, to, amountBaseUnits };
}
