import { and, eq } from "drizzle-orm";
import type { Reason } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { leg } from "./schema/index.ts";

/** Whether some leg of a lane may not act for this reason. */
export async function anyLegWaitsFor(db: Queryable, lane: string, reason: Reason): Promise<boolean> {
  const rows = await db
    .select({ id: leg.id })
    .from(leg)
    .where(and(eq(leg.lane, lane), eq(leg.reason, reason)))
    .limit(1);
  return rows.length > 0;
}
