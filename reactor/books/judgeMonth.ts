import type { Queryable } from "../store/database.ts";
import { readMonthRows } from "../store/seals.ts";
import { hashOf } from "./hashOf.ts";

const PAGE = 2_000;

/** Whether each row of a month is as it was sealed. @property broken the first that is not, or that has no seal; null: none. */
export type MonthVerdict = Readonly<{ rows: number; broken: string | null }>;

/** Computes the hash of every row of a month's own table anew, in its place in its payment's chain. */
export async function judgeMonth(db: Queryable, name: string): Promise<MonthVerdict> {
  let [rows, after] = [0, 0];
  for (;;) {
    const page = await readMonthRows(db, name, after, PAGE);
    for (const { row, seal } of page) {
      const isSealed = seal !== null && hashOf(row, seal.position, seal.previousHash) === seal.hash;
      if (!isSealed) return { rows, broken: `event ${row.rowId}` };
      rows++;
      after = row.rowId;
    }
    if (page.length < PAGE) return { rows, broken: null };
  }
}
