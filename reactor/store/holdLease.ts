import { and, eq, sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { leg } from "./schema/index.ts";

/** One claim of a batch: who has it, and until when by the database's clock, unix ms. A later claim ends later. */
export type Lease = Readonly<{ holder: number; untilMs: number }>;

/**
 * Holds a leg, until the transaction ends, as it was claimed: unchanged, and under this very lease by the database's clock,
 * which goes on while a reactor is frozen.
 * @returns false when it has moved on, or was or may be claimed anew: then nothing may be ordered for it.
 */
export async function holdLease(tx: Queryable, { id, version }: Leg, { holder, untilMs }: Lease): Promise<boolean> {
  const until = sql`date_trunc('milliseconds', ${leg.leaseUntilMs})`;
  const held = await tx
    .select({ id: leg.id })
    .from(leg)
    .where(
      and(
        eq(leg.id, id),
        eq(leg.version, version),
        eq(leg.leaseHolder, holder),
        sql`${until} = ${sql.param(untilMs, leg.leaseUntilMs)}`,
        sql`${leg.leaseUntilMs} > clock_timestamp()`,
      ),
    )
    .for("update");
  return held.length > 0;
}
