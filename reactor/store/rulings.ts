import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { ruling } from "./schema/index.ts";

/** Marks a person's decisions on a leg as carried out: the leg has moved by them. */
export async function carryOutRulings(tx: Queryable, legId: number): Promise<void> {
  await tx
    .update(ruling)
    .set({ carriedOutAtMs: sql`now()` })
    .where(and(eq(ruling.legId, legId), isNull(ruling.carriedOutAtMs)));
}
