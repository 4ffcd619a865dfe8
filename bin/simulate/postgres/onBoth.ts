import { type Ending, openMemoryStore, type Twin } from "../memoryStore/openMemoryStore.ts";
import type { Outfit } from "../simulate.ts";
import type { World } from "../world.ts";
import { differenceOf, told } from "./differenceOf.ts";
import { indexOf } from "./indexOf.ts";
import type { Thread } from "./openThread.ts";
import { peopleOf } from "./peopleOf.ts";

/**
 * Puts a world on two stores: every call of the port is made to the books in memory and to a real Postgres, and the two
 * answers are held to each other at once. The reactors hear Postgres. The first difference is reported and ends the world.
 */
export const onBoth =
  (thread: Thread, calls: { count: number }): Outfit =>
  (world, report) => {
    const { books, fleet, index, turns, clock } = world;
    const show = indexOf(world.facts.chainId);
    const people = peopleOf(books);
    const twin = twinOf(world, thread, calls, (message) => report(message, []));
    return {
      ...world,
      openStore: (life) => openMemoryStore(books, turns, life, fleet, twin),
      turns: (work) =>
        turns(async () => {
          const result = await people.write(work);
          thread.send({ kind: "people", nowMs: clock.nowMs(), ...people.rows() });
          return result;
        }),
      fleet: {
        ...fleet,
        enlist: (life) => {
          const holder = fleet.enlist(life);
          thread.send({ kind: "enlist", holder });
          return holder;
        },
        strike: (holder) => {
          fleet.strike(holder);
          thread.send({ kind: "strike", holder });
        },
      },
      index: {
        ...index,
        follow: (chain) => {
          const change = show(chain);
          if (change) thread.send(change);
          index.follow(chain);
        },
      },
    };
  };

function twinOf(world: World, thread: Thread, calls: { count: number }, report: (message: string) => void): Twin {
  let differs = false;
  return {
    begin: () => thread.send({ kind: "begin" }),
    keep: () => thread.send({ kind: "keep" }),
    undo: () => thread.send({ kind: "undo" }),
    call: (name, args) => {
      if (differs) return { answer: undefined };
      calls.count++;
      const [nowMs, lastId] = [world.clock.nowMs(), world.books.lastId()];
      const reply = thread.ask({ kind: "call", name, args, nowMs, lastId });
      return "thrown" in reply ? { thrown: new Error(reply.thrown) } : reply;
    },
    hear: (name, args, ours, theirs) => {
      if (differs) return ours;
      // What each says of an error is its own; that there is one must be the same.
      if ("thrown" in ours && "thrown" in theirs) return ours;
      const difference = differenceOf(ours, theirs);
      if (difference === null) return theirs;
      differs = true;
      const { at, ours: mine, theirs: other } = difference;
      report(`call ${calls.count}, ${name}(${brief(args.map(told).join(", "))}): first differs at ${at}
  memory:   ${brief(told(mine))}
  Postgres: ${brief(told(other))}
  whole, memory:   ${brief(toldEnding(ours))}
  whole, Postgres: ${brief(toldEnding(theirs))}`);
      return ours;
    },
  };
}

/** What one answer is shown of: more of it nobody reads. */
const MOST_CHARACTERS = 1_000;
const brief = (text: string) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

const toldEnding = (ending: Ending) =>
  "thrown" in ending ? `throws ${String(ending.thrown)}` : `answers ${told(ending.answer)}`;
