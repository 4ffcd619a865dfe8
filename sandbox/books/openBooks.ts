import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type Entry, journalLine } from "./entry.ts";
import { applyEntry, emptyState, type State } from "./state.ts";

export type Books = {
  readonly state: State;
  /** Writes the entries as one line, then makes them true. They hold together or, after a kill, not at all. */
  record(entries: readonly Entry[]): void;
  close(): void;
};

/**
 * Opens the journal, replays it and goes on writing at its end. Without a path the books live in memory.
 * A line is written with one synchronous call: it outlives a kill -9 of the process. (Not a power cut: no fsync per line.)
 * Throws when a line cannot be read.
 */
export function openBooks(journalPath: string | undefined): Books {
  const state = emptyState();
  const apply = (entries: readonly Entry[]): void => {
    for (const entry of entries) applyEntry(state, entry);
  };
  if (journalPath === undefined) {
    return { state, record: apply, close: () => undefined };
  }
  mkdirSync(dirname(journalPath), { recursive: true });
  if (existsSync(journalPath)) replay(journalPath, apply);
  const file = openSync(journalPath, "a");
  return {
    state,
    record(entries) {
      writeSync(file, `${JSON.stringify(entries, writeBigint)}\n`);
      apply(entries);
    },
    close: () => closeSync(file),
  };
}

function replay(journalPath: string, apply: (entries: readonly Entry[]) => void): void {
  const bytes = readFileSync(journalPath);
  // A process killed while writing leaves a last line without its end; what it said never became true.
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(journalPath, whole);
  const lines = bytes.subarray(0, whole).toString("utf8").split("\n").slice(0, -1);
  for (const [index, line] of lines.entries()) {
    try {
      apply(journalLine.parse(JSON.parse(line)));
    } catch (cause) {
      throw new Error(`Line ${index + 1} of the sandbox's journal ${journalPath} cannot be read`, { cause });
    }
  }
}

const writeBigint = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);
