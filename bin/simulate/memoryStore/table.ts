import type { LegRow } from "./books.ts";

/** By leg, how an open transaction has left it each time it wrote it, in order: a leg may make several moves in one. */
type Touched = ReadonlyMap<number, readonly LegRow[]>;

/** Remembers how to undo what an open transaction has done. */
export type Journal = {
  /** Null while no transaction is open: then every write stands by itself. */
  undo: (() => void)[] | null;
  touched: Map<number, LegRow[]>;
  /** Told of them when the transaction is kept. */
  onKept: (touched: Touched) => void;
};

type Key = string | number;

/** Finds rows by something other than their key; kept in step with every write and every undoing of one. */
export type Index<Row> = Readonly<{
  /** The rows under a name, in the order in which they came. */
  of(name: Key): readonly Row[];
  count(name: Key): number;
  change(before: Row | undefined, after: Row | undefined, key: Key): void;
}>;

/** Rows by key. A row is never changed in place: a new one takes its place, so that the old one can come back. */
export type Table<K extends Key, Row extends object> = Readonly<{
  get(key: K): Row | undefined;
  all(): IterableIterator<Row>;
  count(): number;
  put(key: K, row: Row): Row;
  remove(key: K): void;
}>;

export function createTable<K extends Key, Row extends object>(
  journal: Journal,
  indexes: readonly ((rows: ReadonlyMap<K, Row>) => Index<Row>)[] = [],
): Table<K, Row> & Readonly<{ by: readonly Index<Row>[] }> {
  const rows = new Map<K, Row>();
  const by = indexes.map((make) => make(rows));
  const set = (key: K, after: Row | undefined) => {
    const before = rows.get(key);
    if (after === undefined) rows.delete(key);
    else rows.set(key, after);
    for (const index of by) index.change(before, after, key);
    return before;
  };
  const write = (key: K, after: Row | undefined) => {
    const before = set(key, after);
    journal.undo?.push(() => set(key, before));
  };
  return {
    by,
    get: (key) => rows.get(key),
    all: () => rows.values(),
    count: () => rows.size,
    put: (key, row) => {
      write(key, row);
      return row;
    },
    remove: (key) => write(key, undefined),
  };
}

/** An index by the names that `namesOf` gives a row: none, one or several. */
export function indexBy<K extends Key, Row extends object>(namesOf: (row: Row) => readonly (Key | null)[]) {
  return (rows: ReadonlyMap<K, Row>): Index<Row> => {
    const keys = new Map<Key, Set<Key>>();
    return {
      count: (name) => keys.get(name)?.size ?? 0,
      of: (name) => {
        const found: Row[] = [];
        for (const key of keys.get(name) ?? []) {
          const row = rows.get(key as K);
          if (row) found.push(row);
        }
        return found;
      },
      change: (before, after, key) => {
        const old = before ? namesOf(before) : [];
        const now = after ? namesOf(after) : [];
        for (const name of old) if (name !== null && !now.includes(name)) keys.get(name)?.delete(key);
        for (const name of now) {
          if (name === null || old.includes(name)) continue;
          const under = keys.get(name);
          if (under) under.add(key);
          else keys.set(name, new Set([key]));
        }
      },
    };
  };
}

/** No index, but somebody who is told of every write. */
export function watchedBy<Row>(tell: (before: Row | undefined, after: Row | undefined, key: Key) => void): Index<Row> {
  return { of: () => [], count: () => 0, change: tell };
}
