import { type Outcome, simulate } from "../simulate.ts";
import type { Options, World } from "../world.ts";
import { compareRows } from "./compareRows.ts";
import { onBoth } from "./onBoth.ts";
import { openThread } from "./openThread.ts";

export type Agreement = Readonly<{
  /** Of the world that heard Postgres. */
  outcome: Outcome;
  /** Calls of the store's port whose two answers were held to each other, and rows that are the same at the end. */
  calls: number;
  rows: number;
  /** What the two stores differ in, in sentences; none when they agree. */
  differences: readonly string[];
}>;

/**
 * Lives one world twice: on books in memory, and on a real Postgres beside them. They agree when every call of the port
 * had the same answer from both, when the reactors, who heard Postgres, made the same history byte for byte, and when all
 * rows are the same at the end.
 * @param url of an empty database.
 */
export async function simulateOnBoth(options: Options, url: string): Promise<Agreement> {
  const { historyHash } = await simulate(options);
  const thread = openThread(url);
  try {
    const calls = { count: 0 };
    const worlds: World[] = [];
    const outcome = await simulate(options, undefined, (bare, report) => {
      worlds.push(bare);
      return onBoth(thread, calls)(bare, report);
    });
    const [world] = worlds;
    if (world === undefined) throw new Error("The world was never fitted out.");
    const met = outcome.violations.map(({ message }) => message);
    const { same, differences } = met.length > 0 ? { same: 0, differences: met } : compareRows(world.books, thread);
    const history = outcome.historyHash === historyHash ? [] : ["the histories are not the same"];
    return { outcome, calls: calls.count, rows: same, differences: [...differences, ...history] };
  } finally {
    await thread.close();
  }
}
