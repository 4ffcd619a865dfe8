import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { head, settledBlock } from "./schema/index.ts";

export type NewHeads = Readonly<{
  chainId: number;
  latestNumber: bigint;
  settled: Readonly<{ number: bigint; hash: string }> | null;
  settledLargeNumber: bigint | null;
  complaint: string | null;
  readAtMs: number;
}>;

export type StoredHead = typeof head.$inferSelect;

export async function readHead(db: Queryable, chainId: number): Promise<StoredHead | null> {
  const [row] = await db.select().from(head).where(eq(head.chainId, chainId));
  return row ?? null;
}

/** Stores the heads as last read. The settled ones only move forward: a reading that is behind changes nothing (DESIGN 3). */
export async function saveHeads(db: Queryable, heads: NewHeads): Promise<void> {
  const settledNumber = heads.settled?.number ?? null;
  const settledHash = heads.settled?.hash ?? null;
  const { chainId, latestNumber, settledLargeNumber, complaint, readAtMs } = heads;
  await db
    .insert(head)
    .values({ chainId, latestNumber, settledNumber, settledHash, settledLargeNumber, complaint, readAtMs })
    .onConflictDoUpdate({
      target: head.chainId,
      set: {
        latestNumber,
        readAtMs,
        complaint,
        settledNumber: sql`greatest(${head.settledNumber}, excluded.settled_number)`,
        settledHash: sql`case when excluded.settled_number >= coalesce(${head.settledNumber}, 0)
          then excluded.settled_hash else ${head.settledHash} end`,
        settledLargeNumber: sql`greatest(${head.settledLargeNumber}, excluded.settled_large_number)`,
      },
    });
}

/** Keeps the chain's own hash for a height at or below the settled head. */
export async function saveSettledBlock(db: Queryable, chainId: number, number: bigint, hash: string): Promise<void> {
  await db
    .insert(settledBlock)
    .values({ chainId, number, hash })
    .onConflictDoUpdate({ target: [settledBlock.chainId, settledBlock.number], set: { hash, readAtMs: sql`now()` } });
}
