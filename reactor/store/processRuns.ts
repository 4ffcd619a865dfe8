import { desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { processRun } from "./schema/index.ts";

export type ProcessRun = typeof processRun.$inferSelect;

/** Records that a process starts. @returns the run's id. */
export async function openRun(db: Queryable, process: string, startedBy: string): Promise<number> {
  const [row] = await db
    .insert(processRun)
    .values({ process, startedBy, startedAtMs: sql`clock_timestamp()` })
    .returning({ id: processRun.id });
  if (row === undefined) throw new Error(`The run of ${process} was not stored.`);
  return row.id;
}

/** Records what a run did, or the sentence it failed with. */
export async function closeRun(
  db: Queryable,
  id: number,
  end: { result: Readonly<Record<string, number>> | null; error: string | null },
): Promise<void> {
  await db
    .update(processRun)
    .set({ ...end, finishedAtMs: sql`clock_timestamp()` })
    .where(eq(processRun.id, id));
}

/** The newest run of each process that ever ran. */
export async function lastRuns(db: Queryable): Promise<readonly ProcessRun[]> {
  return db.selectDistinctOn([processRun.process]).from(processRun).orderBy(processRun.process, desc(processRun.id));
}
