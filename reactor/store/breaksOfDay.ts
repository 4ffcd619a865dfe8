import { and, asc, gt, isNull, lte, or, sql } from "drizzle-orm";
import type { BreakKind } from "../payments/breakKinds.ts";
import type { Queryable } from "./database.ts";
import { breaks } from "./schema/index.ts";

/** A break that stood at some moment of a day. Moments in unix ms; `endedAtMs` is null while it stands. */
export type DayBreak = Readonly<{
  number: number;
  kind: BreakKind;
  paymentId: number | null;
  openedAtMs: number;
  /** It healed, or a person closed it. */
  endedAtMs: number | null;
}>;

/** The breaks that stood at any moment of a span (unix ms), oldest first. One that ended after it was open at its end. */
export async function breaksOfDay(
  db: Queryable,
  { afterMs, throughMs }: { afterMs: number; throughMs: number },
): Promise<readonly DayBreak[]> {
  const { number, kind, paymentId, openedAtMs } = breaks;
  const ended = sql<string | null>`coalesce(${breaks.healedAtMs}, ${breaks.closedAtMs})`;
  const after = sql`${new Date(afterMs).toISOString()}::timestamptz`;
  const rows = await db
    .select({ number, kind, paymentId, openedAtMs, ended })
    .from(breaks)
    .where(and(lte(openedAtMs, throughMs), or(isNull(ended), gt(ended, after))))
    .orderBy(asc(number));
  return rows.map(({ ended: at, ...row }) => {
    const endedAtMs = at === null ? null : Date.parse(at);
    return { ...row, endedAtMs: endedAtMs !== null && endedAtMs <= throughMs ? endedAtMs : null };
  });
}
