import { inArray } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { leg } from "./schema/index.ts";

/** When some legs are looked at next, unix ms; null: when they are woken. */
export async function readDueTimes(
  db: Queryable,
  legIds: readonly number[],
): Promise<ReadonlyMap<number, number | null>> {
  const rows = await db
    .select({ id: leg.id, dueAtMs: leg.dueAtMs })
    .from(leg)
    .where(inArray(leg.id, [...legIds]));
  return new Map(rows.map(({ id, dueAtMs }) => [id, dueAtMs]));
}
