import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { processRun } from "./schema/index.ts";
import type { RunResult } from "./schema/record.ts";

export type ProcessRun = typeof processRun.$inferSelect;

/** Records that a process of a bank account starts. @returns the run's id. */
export async function openRun(
  db: Queryable,
  { process, account, startedBy }: Pick<ProcessRun, "process" | "account" | "startedBy">,
): Promise<number> {
  const [row] = await db
    .insert(processRun)
    .values({ process, account, startedBy, startedAtMs: sql`clock_timestamp()` })
    .returning({ id: processRun.id });
  if (row === undefined) throw new Error(`The run of ${process} was not stored.`);
  return row.id;
}

/** Records what a run did, or the sentence it failed with. */
export async function closeRun(
  db: Queryable,
  id: number,
  end: { result: RunResult | null; error: string | null },
): Promise<void> {
  await db
    .update(processRun)
    .set({ ...end, finishedAtMs: sql`clock_timestamp()` })
    .where(eq(processRun.id, id));
}

/** The newest run of each of these processes that an account ever had: by its index, not by going through all that there were. */
export async function lastRuns(
  db: Queryable,
  account: string,
  processes: readonly string[],
): Promise<readonly ProcessRun[]> {
  const newest = sql`(select max(id) from kustodia.process_run last where last.process = name and last.account = ${account})`;
  return db
    .select()
    .from(processRun)
    .where(sql`${processRun.id} in (select ${newest} from unnest(${sql.param([...processes])}::text[]) as name)`);
}
