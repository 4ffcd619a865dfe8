/** Reads payment numbers as a person writes them: `3,17-20` is 3, 17, 18, 19 and 20. @throws Error on anything else. */
export function readPaymentList(text: string): readonly number[] {
  return text.split(",").flatMap((part) => {
    const [, first, last = first] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part) ?? [];
    if (first === undefined) throw new Error(`"${part}" is no payment number, nor a range such as 17-20.`);
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

/** Writes ascending payment numbers as `readPaymentList` reads them. */
export function writePaymentList(payments: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const one of payments) {
    const range = ranges.at(-1);
    if (range?.last === one - 1) range.last = one;
    else ranges.push({ first: one, last: one });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}
