import { type Finding, nameOf } from "./finding.ts";

/** A break that has not healed; `isClosed` where a person has closed it. */
export type KnownBreak = Pick<Finding, "kind" | "source" | "outsideId" | "paymentId" | "legId"> &
  Readonly<{ number: number; isClosed: boolean }>;

/** What a reading comes to. */
export type Ripened = Readonly<{
  /** Seen by the reading before too: breaks from now on. */
  opened: readonly Finding[];
  /** Seen for the first time, beyond the grace window. */
  suspected: readonly Finding[];
  /** Breaks that nothing shows any more. */
  healed: readonly KnownBreak[];
  /** Differences that no person has explained, with those that are only suspected. */
  standing: readonly Finding[];
}>;

/**
 * Holds what a reading found to what is known: a break needs two readings in a row, each beyond the grace window. What a
 * person has closed is not opened again.
 * @param suspected the names of what the reading before found for the first time.
 */
export function ripen(
  found: readonly Finding[],
  known: Readonly<{ breaks: readonly KnownBreak[]; suspected: ReadonlySet<string> }>,
  when: Readonly<{ nowMs: number; graceMs: number }>,
): Ripened {
  const shown = new Set(found.map(nameOf));
  const broken = new Map(known.breaks.map((one) => [nameOf(one), one]));
  const ripe = found.filter(
    (one) => one.youngestMs <= when.nowMs - when.graceMs && broken.get(nameOf(one))?.isClosed !== true,
  );
  const unknown = ripe.filter((one) => !broken.has(nameOf(one)));
  return {
    opened: unknown.filter((one) => known.suspected.has(nameOf(one))),
    suspected: unknown.filter((one) => !known.suspected.has(nameOf(one))),
    healed: known.breaks.filter((one) => !one.isClosed && !shown.has(nameOf(one))),
    standing: ripe,
  };
}
