import { sql } from "drizzle-orm";
import type { Database, Queryable } from "../database.ts";
import { attach, BY_MONTH, defaultOf, type HistoryTable, momentOf, monthAfter, named, readMonths } from "./byMonth.ts";
import { makeTable } from "./guards.ts";
import { inShortWait } from "./inShortWaits.ts";

/** How many months are made before their time: a quarter of a year in which nobody need look. */
const AHEAD = 3;

/**
 * Makes the next months of a table that are not there. Rows that came when none was made for them keep their table, which
 * becomes the part of the time that they are of; where that is another's time already they stay where they are, and are told of.
 * @returns the names of what was made.
 */
export async function makeMonths(db: Database, table: HistoryTable): Promise<readonly string[]> {
  const { now, stray } = await readTimes(db, table);
  const made: string[] = [];
  if (stray !== null && !(await isTaken(db, table, stray.from, monthAfter(stray.to)))) {
    made.push(await inShortWait(db, (tx) => giveTime(tx, table, stray)));
  }
  for (let ahead = 0; ahead <= AHEAD; ahead++) {
    const month = monthAfter(now, ahead);
    const next = monthAfter(month);
    if (await isTaken(db, table, month, next)) continue;
    // Which rows have no place but the one for what has none.
    if (stray !== null && month >= stray.from && month <= stray.to) continue;
    const name = `${table}_${month.replace("-", "_")}`;
    await inShortWait(db, async (tx) => {
      await makeTable(tx, table, name);
      await attach(tx, table, name, { fromMs: momentOf(month), toMs: momentOf(next) });
    });
    made.push(name);
  }
  return made;
}

type Times = Readonly<{ now: string; stray: Readonly<{ from: string; to: string }> | null }>;

/** This month, and from which to which month there are rows that have none. */
async function readTimes(db: Queryable, table: HistoryTable): Promise<Times> {
  const month = (moment: string) => sql.raw(`to_char(${moment} at time zone 'UTC', 'YYYY-MM')`);
  const at = BY_MONTH[table];
  const { rows } = await db.execute<{ now: string; from: string | null; to: string | null }>(sql`
    select ${month("now()")} as now, ${month(`min(${at})`)} as from, ${month(`max(${at})`)} as to from ${named(defaultOf(table))}`);
  const [row] = rows;
  if (row === undefined) throw new Error("Postgres told no month.");
  const { now, from, to } = row;
  return { now, stray: from === null || to === null ? null : { from, to } };
}

/** Whether some of the time between two months, the second one not included, is a part's already. */
async function isTaken(db: Queryable, table: HistoryTable, from: string, to: string): Promise<boolean> {
  const [fromMs, toMs] = [momentOf(from), momentOf(to)];
  const months = await readMonths(db, table);
  return months.some((month) => (month.fromMs ?? Number.NEGATIVE_INFINITY) < toMs && fromMs < month.toMs);
}

/** Makes the table of what has no month the part of its rows' months, and an empty one in its place. @returns its name from now on. */
async function giveTime(tx: Queryable, table: HistoryTable, stray: NonNullable<Times["stray"]>): Promise<string> {
  const [stays, name] = [defaultOf(table), `${table}_${stray.from.replace("-", "_")}`];
  await tx.execute(sql`lock table ${named(table)} in access exclusive mode`);
  await tx.execute(sql`alter table ${named(table)} detach partition ${named(stays)}`);
  await tx.execute(sql`alter table ${named(stays)} rename to ${sql.raw(name)}`);
  await makeTable(tx, table, stays);
  await tx.execute(sql`alter table ${named(table)} attach partition ${named(stays)} default`);
  // Another row may have come since it was looked what there is: one beyond this time refuses it all.
  await attach(tx, table, name, { fromMs: momentOf(stray.from), toMs: momentOf(monthAfter(stray.to)) });
  return name;
}
