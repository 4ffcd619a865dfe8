import { and, count, desc, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { breaks } from "./schema/index.ts";
import type { Evidence } from "./schema/watch.ts";

export type Break = typeof breaks.$inferSelect;
export type NewBreak = Pick<Break, "kind" | "paymentId" | "legId" | "source" | "outsideId" | "consumed" | "seen">;

/** Opens a numbered break. @returns its number. @throws Error of the database when the same one is open already. */
export async function openBreak(tx: Queryable, opened: NewBreak): Promise<number> {
  const [row] = await tx.insert(breaks).values(opened).returning({ number: breaks.number });
  if (row === undefined) throw new Error(`The break of ${opened.outsideId} was not stored.`);
  return row.number;
}

/** Closes a break: both sides tell the same again. */
export async function healBreak(tx: Queryable, number: number, healed: Evidence): Promise<void> {
  await tx.update(breaks).set({ healed, healedAtMs: sql`clock_timestamp()` }).where(eq(breaks.number, number));
}

/** Numbers of a payment's open breaks, oldest first. */
export async function openBreaksOf(db: Queryable, paymentId: number): Promise<readonly number[]> {
  const rows = await db
    .select({ number: breaks.number })
    .from(breaks)
    .where(and(eq(breaks.paymentId, paymentId), isNull(breaks.healedAtMs)))
    .orderBy(breaks.number);
  return rows.map(({ number }) => number);
}

export type OpenBreaks = Readonly<{ count: number; newest: readonly Break[] }>;

/** The open breaks, newest first, and how many there are in all. */
export async function openBreaks(db: Queryable, most: number): Promise<OpenBreaks> {
  const open = isNull(breaks.healedAtMs);
  const newest = await db.select().from(breaks).where(open).orderBy(desc(breaks.number)).limit(most);
  const [all] = await db.select({ count: count() }).from(breaks).where(open);
  return { count: all?.count ?? 0, newest };
}
