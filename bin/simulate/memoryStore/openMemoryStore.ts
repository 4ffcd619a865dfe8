import type { Store, Transaction } from "../../../reactor/store/port.ts";
import type { Fleet } from "../fleet.ts";
import type { Life } from "../life.ts";
import type { Books } from "./books.ts";
import { factsIn } from "./facts.ts";
import { laneIn } from "./lane.ts";
import { legsIn } from "./legs.ts";
import { assignDeposits } from "./matching.ts";
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

/**
 * The store's port over books in memory, as one reactor holds it. A reactor that dies in a transaction leaves nothing of
 * it, and hears nothing more.
 */
export function openMemoryStore(
  books: Books,
  turns: Turns,
  life: Life,
  fleet: Pick<Fleet, "isAlive" | "newest">,
): Store {
  const orders = ordersIn(books);
  const lane = laneIn(books, orders);
  const whole = {
    ...legsIn(books, fleet.isAlive),
    ...orders,
    ...lane,
    ...outsideIn(books),
    ...watchedIn(books),
    ...factsIn(books),
    newestReactor: async () => fleet.newest(),
  };
  const tx: Transaction = watched(whole, life);

  const atomically = <T>(work: () => Promise<T>): Promise<T> =>
    turns(async () => {
      books.journal.undo = [];
      books.journal.touched.clear();
      try {
        const result = await Promise.race([work(), life.death]);
        books.journal.onKept(books.journal.touched);
        return result;
      } catch (error) {
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
    assignDeposits: alone(() => assignDeposits(books, tx)),
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
