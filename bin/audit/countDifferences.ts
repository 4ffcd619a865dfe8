import type { Disagreement } from "./compareBooks.ts";

/**
 * Compares what each payment should have caused outside with what is there, by a sign that both sides carry (an amount, an
 * id). Equal signs are counted, never matched: two payments of one amount want two withdrawals.
 */
export function countDifferences(
  what: string,
  wanted: readonly Readonly<{ id: number; sign: string }>[],
  found: readonly string[],
): readonly Disagreement[] {
  const signs = new Set([...wanted.map(({ sign }) => sign), ...found]);
  return [...signs].flatMap((sign): Disagreement[] => {
    const of = wanted.filter((one) => one.sign === sign);
    const times = found.filter((one) => one === sign).length;
    if (of.length === times) return [];
    return [
      {
        what,
        payments: of.map(({ id }) => id),
        wanted: `${of.length} × ${sign}`,
        found: `${times} × ${sign}`,
        surplus: times - of.length,
      },
    ];
  });
}
