import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queryable } from "./database.ts";
import { person, plan } from "./schema/index.ts";

/** How long a plan waits for its second person. */
export const PLAN_LIFE_HOURS = 1;

export type NewPlan = Pick<
  typeof plan.$inferInsert,
  "hash" | "operation" | "request" | "plan" | "reason" | "proposedBy" | "proposedAtMs"
>;

export type StoredPlan = typeof plan.$inferSelect &
  Readonly<{ proposer: string; confirmer: string | null; expired: boolean }>;

/** @returns until when it may be confirmed, unix ms. */
export async function storePlan(tx: Queryable, proposed: NewPlan): Promise<number> {
  const [stored] = await tx
    .insert(plan)
    .values({ ...proposed, expiresAtMs: sql`now() + make_interval(hours => ${PLAN_LIFE_HOURS})` })
    .returning({ expiresAtMs: plan.expiresAtMs });
  if (stored === undefined) throw new Error("The plan was not stored.");
  return stored.expiresAtMs;
}

export async function findPlan(db: Queryable, hash: string): Promise<StoredPlan | null> {
  const [found] = await readPlans(db).where(eq(plan.hash, hash));
  return found ? toStored(found) : null;
}

/** Plans, newest first, those that wait for their second person or all, from after the one of hash `before` on. */
export async function listPlans(
  db: Queryable,
  which: "open" | "all",
  { limit, before }: { limit: number; before: string | null },
): Promise<readonly StoredPlan[]> {
  const older = sql`(${plan.proposedAtMs}, ${plan.hash}) <
    (select last.proposed_at, last.hash from ${plan} as last where last.hash = ${before})`;
  const open = and(isNull(plan.confirmedAtMs), gt(plan.expiresAtMs, sql`clock_timestamp()`));
  const rows = await readPlans(db)
    .where(and(which === "open" ? open : undefined, before === null ? undefined : older))
    .orderBy(desc(plan.proposedAtMs), desc(plan.hash))
    .limit(limit);
  return rows.map(toStored);
}

/**
 * Marks a plan as confirmed, once. @returns false when somebody was first, or it has expired meanwhile.
 * @throws Error of the database when the person who confirms is the one who proposed.
 */
export async function confirmPlan(tx: Queryable, hash: string, confirmedBy: number): Promise<boolean> {
  const confirmed = await tx
    .update(plan)
    .set({ confirmedBy, confirmedAtMs: sql`clock_timestamp()` })
    .where(and(eq(plan.hash, hash), isNull(plan.confirmedAtMs), gt(plan.expiresAtMs, sql`clock_timestamp()`)))
    .returning({ hash: plan.hash });
  return confirmed.length > 0;
}

const proposer = alias(person, "proposer");
const confirmer = alias(person, "confirmer");

const readPlans = (db: Queryable) =>
  db
    .select({
      plan,
      proposer: proposer.name,
      confirmer: confirmer.name,
      expired: sql<boolean>`${plan.expiresAtMs} <= clock_timestamp()`,
    })
    .from(plan)
    .innerJoin(proposer, eq(proposer.id, plan.proposedBy))
    .leftJoin(confirmer, eq(confirmer.id, plan.confirmedBy));

const toStored = ({ plan: row, ...people }: Awaited<ReturnType<typeof readPlans>>[number]): StoredPlan => ({
  ...row,
  ...people,
});
