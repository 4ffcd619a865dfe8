import { type Outcome, simulate } from "./simulate.ts";
import type { Sabotage } from "./startReactor.ts";
import type { Options } from "./world.ts";

/** The payments that suffice to see a violation again, and what happens then; no payments when it takes them all. */
export type Shortest = Readonly<{ payments: readonly number[]; history: readonly string[] }>;

/** Runs the world again with ever fewer payments around those that a violation names. */
export async function shrink(options: Options, failed: Outcome, sabotage?: Sabotage): Promise<Shortest> {
  const named = [...new Set(failed.violations.flatMap((violation) => violation.payments))];
  for (const around of named.length === 0 ? [] : [0, 3, 30]) {
    const payments = new Set(
      named.flatMap((one) => Array.from({ length: 2 * around + 1 }, (_, at) => one - around + at)),
    );
    const [first, last] = [options.first, options.first + options.payments - 1];
    const only = [...payments].filter((one) => one >= first && one <= last);
    const again = await simulate({ ...options, only }, sabotage);
    if (again.violations.length > 0) return { payments: only, history: about(again, named) };
  }
  return { payments: [], history: about(failed, named) };
}

/** The lines that tell of these payments or of nobody, up to the violation. */
function about({ history }: Outcome, named: readonly number[]): readonly string[] {
  const isOther = (line: string) => {
    const [, number] = / payment (\d+):/.exec(line) ?? [];
    return number !== undefined && !named.includes(Number(number));
  };
  return history.filter((line) => !isOther(line)).slice(-200);
}
