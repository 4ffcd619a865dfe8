import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { leg } from "./schema/index.ts";

/** The escrows that we hold to be funded on chain. */
export async function activeEscrows(db: Queryable): Promise<readonly { escrowId: string; paymentId: number }[]> {
  return db
    .select({ escrowId: sql<string>`${leg.carried} ->> 'escrowId'`, paymentId: leg.paymentId })
    .from(leg)
    .where(and(eq(leg.kind, "custody"), eq(leg.state, "active")));
}
