import { asc, inArray } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { attempt, claim } from "./schema/index.ts";

export type AttemptRecord = typeof attempt.$inferSelect;
export type ClaimRecord = typeof claim.$inferSelect;

/** Every order that some legs have sent, oldest first, and every outside fact that they have used up or given back. */
export async function readOrders(
  db: Queryable,
  legIds: readonly number[],
): Promise<{ attempts: readonly AttemptRecord[]; claims: readonly ClaimRecord[] }> {
  return {
    attempts: await db
      .select()
      .from(attempt)
      .where(inArray(attempt.legId, [...legIds]))
      .orderBy(asc(attempt.id)),
    claims: await db
      .select()
      .from(claim)
      .where(inArray(claim.legId, [...legIds]))
      .orderBy(asc(claim.id)),
  };
}
