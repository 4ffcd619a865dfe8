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

/**
 * Stores a decision on a leg, for the leg to carry out. One is open at a time: a leg looks at the first. A dispute takes
 * the place of an early release that has not happened yet.
 * @returns false when another one is open; the caller holds the leg, so none comes meanwhile.
 */
export async function insertRuling(
  tx: Queryable,
  decided: Readonly<{ legId: number; kind: RulingKind; actor: string; reason: string }>,
): Promise<boolean> {
  if (decided.kind === "dispute") await carryOutRuling(tx, decided.legId, "release");
  const open = await tx
    .select({ id: ruling.id })
    .from(ruling)
    .where(and(eq(ruling.legId, decided.legId), isNull(ruling.carriedOutAtMs)));
  if (open.length > 0) return false;
  await tx.insert(ruling).values(decided);
  return true;
}
