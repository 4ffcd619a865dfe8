import { and, count, desc, eq, inArray, isNull, lt, ne, sql } from "drizzle-orm";
import type { BreakKind } from "../payments/breakKinds.ts";
import type { Queryable } from "./database.ts";
import { breaks, suspicion } from "./schema/index.ts";
import type { BreakState, Evidence } from "./schema/watch.ts";

export type Break = typeof breaks.$inferSelect;
/** What the watch over consumed logs opens. */
export type NewBreak = Pick<
  Break,
  "account" | "kind" | "paymentId" | "legId" | "source" | "outsideId" | "consumed" | "seen"
>;
/** What the reconciliation opens, with all three sides. */
export type FoundBreak = NewBreak & Pick<Break, "atBank" | "amountBaseUnits">;

const isOpen = ne(breaks.state, "closed");
const RECONCILED = ["bank", "chain", "books"] as const;

/** Opens a numbered break. @returns its number. @throws Error of the database when the same one is open already. */
export async function openBreak(tx: Queryable, opened: NewBreak | FoundBreak): Promise<number> {
  const [row] = await tx.insert(breaks).values(opened).returning({ number: breaks.number });
  if (row === undefined) throw new Error(`The break of ${opened.outsideId} was not stored.`);
  return row.number;
}

/** Closes a break by itself: the sides tell the same again. */
export async function healBreak(tx: Queryable, number: number, healed: Evidence): Promise<void> {
  await tx
    .update(breaks)
    .set({ state: "closed", healed, healedAtMs: sql`clock_timestamp()`, version: sql`${breaks.version} + 1` })
    .where(eq(breaks.number, number));
}

/** Numbers of a payment's open breaks, oldest first. */
export async function openBreaksOf(db: Queryable, paymentId: number): Promise<readonly number[]> {
  const rows = await db
    .select({ number: breaks.number })
    .from(breaks)
    .where(and(eq(breaks.paymentId, paymentId), isOpen))
    .orderBy(breaks.number);
  return rows.map(({ number }) => number);
}

export type OpenBreaks = Readonly<{ count: number; newest: readonly Break[] }>;

/** The open breaks, newest first, and how many there are in all. */
export async function openBreaks(db: Queryable, most: number): Promise<OpenBreaks> {
  const newest = await db.select().from(breaks).where(isOpen).orderBy(desc(breaks.number)).limit(most);
  const [all] = await db.select({ count: count() }).from(breaks).where(isOpen);
  return { count: all?.count ?? 0, newest };
}

/** Breaks newest first, from below the number `before` on; of some states, or of all. */
export async function listBreaks(
  db: Queryable,
  wanted: Readonly<{ states: readonly BreakState[] | null; limit: number; before: number | null }>,
): Promise<readonly Break[]> {
  return db
    .select()
    .from(breaks)
    .where(
      and(
        wanted.states === null ? undefined : inArray(breaks.state, [...wanted.states]),
        wanted.before === null ? undefined : lt(breaks.number, wanted.before),
      ),
    )
    .orderBy(desc(breaks.number))
    .limit(wanted.limit);
}

export async function findBreak(db: Queryable, number: number): Promise<Break | null> {
  const [row] = await db.select().from(breaks).where(eq(breaks.number, number));
  return row ?? null;
}

export type BreakChange = Partial<Pick<Break, "state" | "owner" | "explanation" | "closedBy" | "closeReason">>;

/** Changes a break that still is as somebody read it. @returns null when it has changed meanwhile. */
export async function changeBreak(
  tx: Queryable,
  { number, version }: Pick<Break, "number" | "version">,
  change: BreakChange,
): Promise<Break | null> {
  const closed = change.state === "closed" ? { closedAtMs: sql`clock_timestamp()` } : {};
  const [row] = await tx
    .update(breaks)
    .set({ ...change, ...closed, version: version + 1 })
    .where(and(eq(breaks.number, number), eq(breaks.version, version), isOpen))
    .returning();
  return row ?? null;
}

/** What an account's reconciliation has found before and what has not healed: also what persons have closed. */
export async function reconciledBreaks(db: Queryable, account: string): Promise<readonly Break[]> {
  return db
    .select()
    .from(breaks)
    .where(and(eq(breaks.account, account), inArray(breaks.source, [...RECONCILED]), isNull(breaks.healedAtMs)));
}

export type Suspicion = Readonly<{
  kind: BreakKind;
  source: "bank" | "chain" | "books";
  outsideId: string;
  legId: number | null;
}>;

export const readSuspicions = (db: Queryable, account: string): Promise<readonly Suspicion[]> =>
  db.select().from(suspicion).where(eq(suspicion.account, account));

/** Keeps what this reading of an account suspects, instead of what the one before did. */
export async function replaceSuspicions(
  tx: Queryable,
  account: string,
  suspected: readonly Suspicion[],
): Promise<void> {
  await tx.delete(suspicion).where(eq(suspicion.account, account));
  if (suspected.length > 0) await tx.insert(suspicion).values(suspected.map((one) => ({ ...one, account })));
}
