import type { ChainFact } from "./facts.ts";

/** A Transfer as it was when a leg moved on by it. */
export type SeenTransfer = Readonly<{
  txHash: string;
  blockNumber: bigint;
  blockHash: string;
  from: string;
  to: string;
  amountBaseUnits: bigint;
}>;

/** A consumed Transfer that is not settled yet: the chain may still take it back. */
export type WatchedFact = SeenTransfer &
  Readonly<{
    claimId: number;
    legId: number;
    /** When the node first did not have it, unix ms; null while it is there. */
    missingSinceMs: number | null;
    /** The number of the open break that it caused; null when there is none. */
    breakNumber: number | null;
  }>;

/** What index and node show of a watched Transfer now. */
export type Sighting =
  /** The same Transfer, in the block in which it is now. `settled`: at or below the settled head, its hash read again. */
  | Readonly<{ kind: "there"; blockNumber: bigint; blockHash: string; settled: boolean }>
  /** Its transaction is in a block, and did something else. */
  | Readonly<{ kind: "differs"; blockNumber: bigint; blockHash: string; transfers: readonly string[] }>
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
  const isBroken = watched.breakNumber !== null;
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

type Log = Pick<ChainFact, "txHash" | "blockNumber" | "blockHash" | "from" | "to" | "amountBaseUnits">;

/** What a claim keeps of the Transfer that it uses up. */
export function seenTransfer({ txHash, blockNumber, blockHash, from, to, amountBaseUnits }: Log): SeenTransfer {
  if (from === null || to === null || amountBaseUnits === null) throw new Error(`${txHash} is no Transfer.`);
  return { txHash, blockNumber, blockHash, from, to, amountBaseUnits };
}
