import type { Queryable } from "./database.ts";

/** One statement, or a few, for many calls. @returns their results in the order of the calls. */
export type Together<Args extends readonly unknown[], Result> = (
  tx: Queryable,
  calls: readonly Args[],
) => Promise<readonly Result[]>;

/** What may be done for many, done for one. */
export function alone<Args extends readonly unknown[], Result>(together: Together<Args, Result>) {
  return async (tx: Queryable, ...args: Args): Promise<Result> => {
    const results = await together(tx, [args]);
    return results[0] as Result;
  };
}

type Call = Readonly<{
  args: readonly unknown[];
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}>;

/**
 * Lets the legs of a batch share a transaction's statements: what all of them ask for at one moment is done together. Different
 * things asked at one moment are begun in the order of asking, and none waits for the answer to the one before: their one
 * connection keeps the order. A leg makes its next call when it has the answer to the one before, unless neither needs the other. A
 * failure is the failure of all who asked with it: the transaction has failed then anyway.
 */
export function gatherOn(tx: Queryable) {
  let waiting = new Map<Together<never, unknown>, Call[]>();
  let isFlushing = false;
  const flush = async () => {
    while (waiting.size > 0) {
      const groups = waiting;
      waiting = new Map();
      await Promise.all([...groups].map(([together, calls]) => answer(tx, together, calls)));
      // Whoever was answered asks for what comes next before anything is done.
      await new Promise((resolve) => setImmediate(resolve));
    }
    isFlushing = false;
  };
  const ask = (together: Together<never, unknown>, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const calls = waiting.get(together) ?? [];
      waiting.set(together, calls);
      calls.push({ args, resolve, reject });
      if (isFlushing) return;
      isFlushing = true;
      setImmediate(flush);
    });
  return {
    /** A function for many, to be called for one. */
    together:
      <Args extends readonly unknown[], Result>(together: Together<Args, Result>) =>
      (...args: Args) =>
        ask(together, args) as Promise<Result>,
    /** A function that does one thing at each call, in its turn. */
    inTurn:
      <Args extends readonly unknown[], Result>(run: (tx: Queryable, ...args: Args) => Promise<Result>) =>
      (...args: Args) =>
        ask(async () => [await run(tx, ...args)], []) as Promise<Result>,
  };
}

async function answer(tx: Queryable, together: Together<never, unknown>, calls: readonly Call[]): Promise<void> {
  try {
    const results = await together(tx, calls.map(({ args }) => args) as never);
    for (const [index, { resolve }] of calls.entries()) resolve(results[index]);
  } catch (error) {
    for (const { reject } of calls) reject(error);
  }
}
