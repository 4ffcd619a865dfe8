import type { Books, LegRow } from "./books.ts";

/** Makes a leg due. One that is due and claimed by nobody stays as it is, as in reactor/store. */
export function wakeLeg(books: Books, row: LegRow): void {
  const nowMs = books.nowMs();
  const isFreeAndDue = row.dueAtMs !== null && row.dueAtMs <= nowMs && row.leaseHolder === null;
  if (!isFreeAndDue) books.legs.put(row.id, { ...row, dueAtMs: nowMs, wokenAtMs: nowMs });
}
