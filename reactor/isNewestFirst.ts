/** Whether a list of the bank's shows the newest first, as far as it was read: no document says so, so that each reading looks. */
export function isNewestFirst(read: readonly Readonly<{ createdAtMs: number }>[]): boolean {
  const [first, last] = [read[0], read.at(-1)];
  if (first === undefined || last === undefined || first.createdAtMs <= last.createdAtMs) return false;
  return read.every((one, nth) => one.createdAtMs <= (read[nth - 1]?.createdAtMs ?? Number.POSITIVE_INFINITY));
}
