import { describe, expect, test } from "vitest";
import { settlements } from "../../reactor/books/places.ts";
import { bankPerformers, chainPerformers } from "../../reactor/effects/performers.ts";
import { isOver, type LegKind, tables } from "../../reactor/payments/leg.ts";
import type { Row } from "../../reactor/payments/table.ts";
import { words } from "../../reactor/payments/words.ts";

type Table = Readonly<Record<string, Row<string>>>;
const kinds = Object.entries<Table>(tables);
const rows = kinds.flatMap(([kind, table]) =>
  Object.entries(table).map(([state, row]) => ({ kind: kind as LegKind, state, row, label: `${kind}.${state}` })),
);

const exitsOf = (row: Row<string>) => [
  ...Object.values(row.on).map((exit) => exit.to),
  ...(row.deadline ? [row.deadline.to] : []),
];

/** Every state that can be entered from one, itself included, by outcomes and deadlines; `review` where it can be entered. */
function reachableFrom(table: Table, state: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(state)) return seen;
  seen.add(state);
  const row = table[state];
  for (const next of row ? exitsOf(row) : []) reachableFrom(table, next, seen);
  return seen;
}

describe.each(kinds)("the %s table", (_kind, table) => {
  const [first = ""] = Object.keys(table);

  test("reaches each of its states from its first one", () => {
    const reached = reachableFrom(table, first);
    expect(Object.keys(table).filter((state) => !reached.has(state))).toEqual([]);
  });

  test("leads from each state to an end, or to a person", () => {
    const stuck = Object.keys(table).filter((state) => {
      const reached = reachableFrom(table, state);
      return !reached.has("review") && ![...reached].some((next) => table[next]?.end);
    });
    expect(stuck).toEqual([]);
  });

  test("names only its own states, or a person, as what comes next", () => {
    const targets = Object.values(table).flatMap(exitsOf);
    expect(targets.filter((target) => target !== "review" && !(target in table))).toEqual([]);
  });
});

test("a state that acts has a deadline and an outcome", () => {
  const acting = rows.filter(({ row }) => row.does !== undefined);
  expect(acting.length).toBeGreaterThan(0);
  expect(acting.filter(({ row }) => !row.deadline || Object.keys(row.on).length === 0)).toEqual([]);
});

test("a deadline leads to a person, except that waiting for a deposit just ends", () => {
  const others = rows.filter(({ row }) => row.deadline && row.deadline.to !== "review");
  expect(others.map(({ label, row }) => [label, row.deadline?.to])).toEqual([["deposit.awaiting", "expired"]]);
});

test("an end has no exit, but for the two pieces of news that may come after it, and what persons do about one", () => {
  const ends = rows.filter(({ row }) => row.end);
  const leaving = ends.flatMap(({ label, row }) =>
    Object.entries(row.on).map(([outcome, exit]) => `${label} ${outcome} ${exit.to}`),
  );
  expect(leaving).toEqual([
    "deposit.issued refunded_later review",
    "deposit.issued covered covered",
    "payout.paid came_back bounced",
  ]);
  expect(ends.filter(({ row }) => row.does || row.deadline)).toEqual([]);
});

test("only an end is over, and review never is", () => {
  for (const { kind, state, row } of rows) {
    expect(isOver({ kind, state: state as never })).toBe(row.end === true);
    expect(isOver({ kind, state: "review" })).toBe(false);
  }
});

test("a new generation of orders starts only after a refund, a settled dispute, or by a corrected account", () => {
  const next = rows.flatMap(({ label, row }) =>
    Object.entries(row.on).flatMap(([outcome, exit]) => (exit.generation === "next" ? [`${label} ${outcome}`] : [])),
  );
  expect(next).toEqual([
    "custody.failed_withdrawal refund_claimed",
    "custody.resolving resolved",
    "payout.account account_corrected",
    "payout.ready account_corrected",
    "payout.bounced account_corrected",
  ]);
});

test("every state and every event of an exit has words in Spanish and in English", () => {
  const texts = [
    ...rows.map(({ label, row }) => ({ of: label, es: row.es, en: row.en })),
    ...rows.flatMap(({ row }) => Object.values(row.on).map((exit) => ({ of: exit.event, ...words[exit.event] }))),
    ...Object.entries(words).map(([type, text]) => ({ of: type, ...text })),
  ];
  expect(texts.filter((text) => !text.es?.trim() || !text.en?.trim() || text.es === text.en)).toEqual([]);
});

test("the two languages of an event are filled from the same facts", () => {
  // A sentence that the event brings along is there in both languages too.
  const factOf = (name = "") => (["es", "en"].includes(name) ? "own sentence" : name);
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => factOf(name)).sort();
  const uneven = Object.entries(words).filter(([, { es, en }]) => names(es).join() !== names(en).join());
  expect(uneven).toEqual([]);
});

test("every action that the tables name has a performer, and every one that sends has its place in the books", () => {
  const performers = { ...bankPerformers, ...chainPerformers };
  const sends = rows.flatMap(({ row }) => (row.does && row.does !== "confirmBlock" ? [row.does] : []));
  expect(new Set(sends)).toEqual(new Set(Object.keys(performers)));
});

test("every outcome that settles a movement is an outcome of some state that moves money", () => {
  const outcomes = new Set(rows.flatMap(({ row }) => Object.keys(row.on)));
  expect(Object.keys(settlements).filter((outcome) => !outcomes.has(outcome))).toEqual([]);
});
