import { type Outcome, simulate } from "./simulate.ts";
import type { Sabotage } from "./startReactor.ts";
import type { Options } from "./world.ts";

/** The payments that suffice to see a violation again, and what happens then. */
export type Shortest = Readonly<{ payments: readonly number[]; history: readonly string[] }>;

/** Beside the payments that a violation names: those that came just before and after them. */
const NEIGHBOURS = [0, 3, 30];
const MOST_LINES = 200;

/** Of more than so many none is left out by itself: each time is a whole world. */
const MOST_SINGLES = 12;

/**
 * Runs the world again with ever fewer payments: those that a violation names, or one half of them after the other; and then
 * without each single one that is not needed.
 */
export async function shrink(options: Options, failed: Outcome, sabotage?: Sabotage): Promise<Shortest> {
  const failsWith: FailsWith = async (only) => {
    const again = await simulate({ ...options, only }, sabotage);
    return again.violations.length > 0 ? { payments: only, history: about(again) } : null;
  };
  const all = Array.from({ length: options.payments }, (_, index) => options.first + index).filter(
    (one) => options.only?.includes(one) ?? true,
  );
  const named = failed.violations.flatMap((violation) => violation.payments);
  const short = (await nearNamed(all, named, failsWith)) ?? (await byHalves(all, about(failed), failsWith));
  return withoutSingles(short, failsWith);
}

type FailsWith = (only: readonly number[]) => Promise<Shortest | null>;

async function nearNamed(all: readonly number[], named: readonly number[], failsWith: FailsWith) {
  for (const around of named.length === 0 ? [] : NEIGHBOURS) {
    const shortest = await failsWith(all.filter((one) => named.some((name) => Math.abs(one - name) <= around)));
    if (shortest) return shortest;
  }
  return null;
}

async function byHalves(all: readonly number[], history: readonly string[], failsWith: FailsWith): Promise<Shortest> {
  let shortest: Shortest = { payments: all, history };
  for (let left = all; left.length > 1; ) {
    const middle = left.length >> 1;
    const half = (await failsWith(left.slice(0, middle))) ?? (await failsWith(left.slice(middle)));
    if (half === null) break;
    shortest = half;
    left = [...half.payments];
  }
  return shortest;
}

async function withoutSingles(short: Shortest, failsWith: FailsWith): Promise<Shortest> {
  let shortest = short;
  for (const one of short.payments.length > MOST_SINGLES ? [] : short.payments) {
    const rest = shortest.payments.filter((other) => other !== one);
    if (rest.length > 0) shortest = (await failsWith(rest)) ?? shortest;
  }
  return shortest;
}

/** What was told of the payments that a violation names, or of all where it names none, and of nobody; up to the violation. */
function about({ history, violations }: Outcome): readonly string[] {
  const named = new Set(violations.flatMap((violation) => violation.payments));
  const isOther = (line: string) => {
    const [, number] = / payment (\d+):/.exec(line) ?? [];
    return number !== undefined && named.size > 0 && !named.has(Number(number));
  };
  return history.filter((line) => !isOther(line)).slice(-MOST_LINES);
}
