import type { Store, Transaction } from "../../../reactor/store/port.ts";
import type { Fleet } from "../fleet.ts";
import type { Life } from "../life.ts";
import type { Books } from "./books.ts";
import { factsIn } from "./facts.ts";
import { laneIn } from "./lane.ts";
import { legsIn } from "./legs.ts";
import { assignDeposits } from "./matching.ts";
import { movementsIn } from "./movements.ts";
import { ordersIn } from "./orders.ts";
import { outsideIn } from "./outside.ts";
import { watchedIn } from "./watched.ts";

/** Runs one piece of work after the other: what Postgres promises of transactions, at its strictest. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function takeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** How a call of the store ended. */
export type Ending = Readonly<{ answer: unknown } | { thrown: unknown }>;

/** Another store, to which all that is done to the books is done as well. */
export type Twin = Readonly<{
  begin(): void;
  keep(): void;
  undo(): void;
  /** Does there what is about to be done to the books. */
  call(name: string, args: readonly unknown[]): Ending;
  /** @returns what the reactor hears of the two. */
  hear(name: string, args: readonly unknown[], ours: Ending, theirs: Ending): Ending;
}>;

const nothing: Ending = { answer: undefined };
const noTwin: Twin = {
  begin: () => undefined,
  keep: () => undefined,
  undo: () => undefined,
  call: () => nothing,
  hear: (_name, _args, ours) => ours,
};

/**
 * The store's port over books in memory, as one reactor holds it. A reactor that dies in a transaction leaves nothing of
 * it, and hears nothing more.
 */
export function openMemoryStore(
  books: Books,
  turns: Turns,
  life: Life,
  fleet: Pick<Fleet, "isAlive" | "newest">,
  twin: Twin = noTwin,
): Store {
  const orders = ordersIn(books);
  const lane = laneIn(books, orders);
  const queries = {
    ...legsIn(books, fleet.isAlive),
    ...orders,
    ...movementsIn(books),
    ...lane,
    ...outsideIn(books),
    ...watchedIn(books),
    ...factsIn(books),
    newestReactor: async () => fleet.newest(),
  };
  const own: Transaction = watched(queries, life);
  // The world takes deposits in whatever name (startReactor.ts): its bank tells none.
  const whole = doubled({ ...queries, assignDeposits: () => assignDeposits(books, own) }, twin);
  const tx: Transaction = watched(whole, life);

  const atomically = <T>(work: () => Promise<T>): Promise<T> =>
    turns(async () => {
      books.journal.undo = [];
      books.journal.touched.clear();
      twin.begin();
      try {
        const result = await Promise.race([work(), life.death]);
        twin.keep();
        books.journal.onKept(books.journal.touched);
        return result;
      } catch (error) {
        twin.undo();
        for (const undo of books.journal.undo.reverse()) undo();
        throw error;
      } finally {
        books.journal.undo = null;
      }
    });

  const alone =
    <Args extends readonly unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
    (...args: Args) =>
      life.lived(() => atomically(() => run(...args)));

  const each = Object.entries(whole).map(([name, run]) => [name, alone(run as () => Promise<unknown>)]);
  return {
    ...(Object.fromEntries(each) as typeof whole),
    transaction: alone((work: (tx: Transaction) => Promise<unknown>) => work(tx)) as Store["transaction"],
  };
}

/** The same functions, none of which answers a reactor that is dead. */
function watched<Functions extends object>(functions: Functions, life: Life): Functions {
  const each = Object.entries(functions).map(([name, run]) => [
    name,
    (...args: readonly unknown[]) => (life.isDead() ? life.never : run(...args)),
  ]);
  return Object.fromEntries(each) as Functions;
}

/** The same functions, each done to the twin as well. */
function doubled<Functions extends object>(functions: Functions, twin: Twin): Functions {
  const each = Object.entries(functions).map(([name, run]) => [
    name,
    async (...args: readonly unknown[]) => {
      const theirs = twin.call(name, args);
      const ours = await endingOf(() => run(...args));
      const heard = twin.hear(name, args, ours, theirs);
      if ("thrown" in heard) throw heard.thrown;
      return heard.answer;
    },
  ]);
  return Object.fromEntries(each) as Functions;
}

async function endingOf(run: () => Promise<unknown>): Promise<Ending> {
  try {
    return { answer: await run() };
  } catch (thrown) {
    return { thrown };
  }
}
