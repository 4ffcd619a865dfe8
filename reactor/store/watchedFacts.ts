import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { ClaimSource } from "../payments/decision.ts";
import type { Leg } from "../payments/leg.ts";
import type { WatchedFact } from "../payments/watchedFact.ts";
import { anyOf } from "./anyOf.ts";
import { type ChainIndex, type IndexedLog, readIndexedLogs } from "./chainEvents.ts";
import type { Queryable } from "./database.ts";
import { toLeg } from "./legRow.ts";
import { wakeLegs } from "./saveLeg.ts";
import { breaks, chainTransaction, claim, leg, watchedFact } from "./schema/index.ts";

export type Watched = Readonly<{
  fact: WatchedFact;
  source: ClaimSource;
  /** The claim's outside id: the log's key. */
  key: string;
  leg: Leg;
  /** What the index shows of the same log now; null proves nothing. */
  indexed: IndexedLog | null;
}>;

/** Looked at in one turn. The oldest first, and those that have vanished last, whoever waits longest for an answer before the others. */
const MOST = 5_000;

/** The consumed logs of a lane's legs that are not settled yet, with what its chain's index shows of each. */
export async function readWatched(db: Queryable, lane: string, index: ChainIndex): Promise<readonly Watched[]> {
  const rows = await db
    .select({ watched: watchedFact, claim, leg, break: breaks })
    .from(watchedFact)
    .innerJoin(claim, eq(claim.id, watchedFact.claimId))
    .innerJoin(leg, eq(leg.id, watchedFact.legId))
    .leftJoin(
      breaks,
      and(eq(breaks.source, claim.source), eq(breaks.outsideId, claim.outsideId), isNull(breaks.healedAtMs)),
    )
    .where(and(isNull(watchedFact.settledAtMs), eq(leg.lane, lane)))
    .orderBy(
      sql`${watchedFact.missingSinceMs} is not null`,
      sql`${watchedFact.askedAtMs} asc nulls first`,
      asc(watchedFact.blockNumber),
    )
    .limit(MOST);
  const logs = await readIndexedLogs(db, index, { txHashes: rows.map(({ watched }) => watched.txHash), escrowIds: [] });
  const byKey = new Map(logs.map((log) => [log.key, log]));
  return rows.map((row) => ({
    fact: { ...row.watched, openBreak: row.break && { number: row.break.number, sinceMs: row.break.openedAtMs } },
    source: row.claim.source,
    key: row.claim.outsideId,
    leg: toLeg(row.leg),
    indexed: byKey.get(row.claim.outsideId) ?? null,
  }));
}

/** The node is being asked for these. */
export async function askWatched(tx: Queryable, facts: readonly WatchedFact[], nowMs: number): Promise<void> {
  if (facts.length === 0) return;
  const claimIds = facts.map(({ claimId }) => claimId);
  await tx.update(watchedFact).set({ askedAtMs: nowMs }).where(anyOf(watchedFact.claimId, claimIds));
}

/** Watches these no more: they are settled. Their legs, which may wait for that, are due. */
export async function settleWatched(tx: Queryable, facts: readonly WatchedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const claimIds = facts.map(({ claimId }) => claimId);
  await tx
    .update(watchedFact)
    .set({ settledAtMs: sql`now()`, missingSinceMs: null })
    .where(anyOf(watchedFact.claimId, claimIds));
  await wakeLegs(tx, [...new Set(facts.map(({ legId }) => legId))]);
}

/** The log is in another block now. */
export async function followWatched(
  tx: Queryable,
  { claimId }: WatchedFact,
  block: { blockNumber: bigint; blockHash: string },
): Promise<void> {
  const { blockNumber, blockHash } = block;
  await tx
    .update(watchedFact)
    .set({ blockNumber, blockHash, missingSinceMs: null })
    .where(eq(watchedFact.claimId, claimId));
}

/**
 * The node did not have it at `nowMs`. If it is a transaction of ours, the lane sends its bytes again at once, and does not
 * wait until it would repeat them anyway: that is later than the second reading.
 */
export async function missWatched(tx: Queryable, { claimId, txHash }: WatchedFact, nowMs: number): Promise<void> {
  await tx.update(watchedFact).set({ missingSinceMs: nowMs }).where(eq(watchedFact.claimId, claimId));
  await tx
    .update(chainTransaction)
    .set({ state: "signed", includedInBlock: null })
    .where(and(eq(chainTransaction.hash, txHash), inArray(chainTransaction.state, ["sent", "included"])));
}
