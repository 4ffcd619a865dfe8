import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { ruling } from "./schema/index.ts";

export type RulingKind = (typeof ruling.$inferSelect)["kind"];

/** Marks persons' decisions on legs as carried out: each leg has moved by its own. */
export async function carryOutRulings(
  tx: Queryable,
  calls: readonly (readonly [legId: number, kind: RulingKind])[],
): Promise<readonly undefined[]> {
  await tx.execute(sql`
    update kustodia.ruling set carried_out_at = now()
    from jsonb_to_recordset(${JSON.stringify(calls.map(([leg_id, kind]) => ({ leg_id, kind })))}::jsonb) done(leg_id int, kind text)
    where ruling.leg_id = done.leg_id and ruling.kind = done.kind and ruling.carried_out_at is null`);
  return [];
}

export const carryOutRuling = alone(carryOutRulings);

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
