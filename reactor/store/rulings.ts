import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { ruling } from "./schema/index.ts";

export type RulingKind = (typeof ruling.$inferSelect)["kind"];

/** Marks a person's decision on a leg as carried out: the leg has moved by it. */
export async function carryOutRuling(tx: Queryable, legId: number, kind: RulingKind): Promise<void> {
  await tx
    .update(ruling)
    .set({ carriedOutAtMs: sql`now()` })
    .where(and(eq(ruling.legId, legId), eq(ruling.kind, kind), isNull(ruling.carriedOutAtMs)));
}
