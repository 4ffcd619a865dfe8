import type { Queryable } from "./database.ts";
import { releaseApproval } from "./schema/index.ts";

export type ReleaseApproval = typeof releaseApproval.$inferSelect;

/** Records what a party said. @returns false when its approval is there already. */
export async function insertApproval(tx: Queryable, given: typeof releaseApproval.$inferInsert): Promise<boolean> {
  const inserted = await tx
    .insert(releaseApproval)
    .values(given)
    .onConflictDoNothing()
    .returning({ party: releaseApproval.party });
  return inserted.length > 0;
}
