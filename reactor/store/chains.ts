import { eq, or } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { chain, lane } from "./schema/index.ts";

/** A chain that lanes are on, as its reactors are started for it. */
export type Chain = typeof chain.$inferSelect;

/**
 * Makes a chain known, or holds what is known of it to what a reactor is started with. Its soft depth is the last start's.
 * @returns the chain that this one contradicts: itself with its views elsewhere, or another one with its views there; null for none.
 */
export async function adoptChain(tx: Queryable, started: Chain): Promise<Chain | null> {
  await tx.insert(chain).values(started).onConflictDoNothing();
  const alike = or(eq(chain.id, started.id), eq(chain.indexSchema, started.indexSchema));
  const known = await tx.select().from(chain).where(alike);
  const other = known.find(({ id, indexSchema }) => id !== started.id || indexSchema !== started.indexSchema);
  if (other !== undefined) return other;
  await tx.update(chain).set({ confirmations: started.confirmations }).where(eq(chain.id, started.id));
  return null;
}

/** The chain that a lane is on; null for a lane that no reactor was ever started for. */
export async function findChainOf(db: Queryable, name: string): Promise<Chain | null> {
  const [row] = await db
    .select({ chain })
    .from(lane)
    .innerJoin(chain, eq(chain.id, lane.chainId))
    .where(eq(lane.name, name));
  return row?.chain ?? null;
}
