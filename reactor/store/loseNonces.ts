import { and, eq, inArray, lt, ne, sql } from "drizzle-orm";
import { closeCalls } from "./attempts.ts";
import type { Queryable } from "./database.ts";
import { chainTransaction, leg, signer } from "./schema/index.ts";

/**
 * Gives up our open calls below a nonce that the settled chain has passed without them: they can never happen, which is a
 * definite no. Their legs make them anew, in the next generation and at nonces that are free; and our next nonce follows
 * the chain's.
 * @param settledNonce the chain's next nonce at the settled head. That none of these calls has a receipt, the caller knows.
 */
export async function loseNonces(tx: Queryable, address: string, settledNonce: number): Promise<void> {
  const lost = await tx
    .update(chainTransaction)
    .set({ state: "lost" })
    .where(
      and(
        eq(chainTransaction.signer, address),
        lt(chainTransaction.nonce, settledNonce),
        inArray(chainTransaction.state, ["reserved", "signed", "sent"]),
      ),
    )
    .returning({ legId: chainTransaction.legId });
  const legIds = [...new Set(lost.flatMap((row) => row.legId ?? []))];
  for (const legId of legIds) await closeCalls(tx, legId, "refused");
  if (legIds.length > 0) {
    await tx
      .update(leg)
      .set({
        generation: sql`${leg.generation} + 1`,
        version: sql`${leg.version} + 1`,
        dueAtMs: sql`now()`,
        wokenAtMs: sql`clock_timestamp()`,
        leaseHolder: null,
        leaseUntilMs: null,
      })
      .where(and(inArray(leg.id, legIds), ne(leg.state, "review")));
  }
  await followChainNonce(tx, address, settledNonce);
}

/** Our next nonce is never behind one that the chain has passed. */
export async function followChainNonce(tx: Queryable, address: string, chainNonce: number): Promise<void> {
  await tx
    .update(signer)
    .set({ nextNonce: sql`greatest(${signer.nextNonce}, ${chainNonce})` })
    .where(eq(signer.address, address));
}
