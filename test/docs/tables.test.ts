import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { drawLegTable } from "../../bin/docs/drawLegTable.ts";
import { drawTables } from "../../bin/docs/drawTables.ts";
import { type LegKind, rowOf, tables } from "../../reactor/payments/leg.ts";

const architecture = readFileSync(join(resolve(import.meta.dirname, "../.."), "ARCHITECTURE.md"), "utf8");
const kinds = Object.keys(tables) as LegKind[];

test("ARCHITECTURE.md shows the tables that decide", () => {
  expect(drawTables(architecture)).toBe(architecture);
});

test("a table changed by hand is drawn back", () => {
  const edited = architecture.replace("deposit_seen → seen", "deposit_seen → issued");
  expect(edited).not.toBe(architecture);
  expect(drawTables(edited)).toBe(architecture);
});

test("a document without a place for a table, or with two, is refused", () => {
  const marker = "<!-- /drawn: payout -->";
  expect(() => drawTables(architecture.replace(marker, ""))).toThrow(marker);
  expect(() => drawTables(architecture + architecture)).toThrow("exactly one");
});

describe.each(kinds)("the %s table as drawn", (kind) => {
  const drawing = drawLegTable(kind).split("\n");
  const states = Object.keys(tables[kind]).map((state) => [state, rowOf(kind, state)] as const);

  test.each(states)("says of %s everything that its row does", (state, row) => {
    const line = drawing.find((one) => one.startsWith(`| **${state}** |`)) ?? "";
    expect(line).toContain(row.es);
    if (row.does) expect(line).toContain(`\`${row.does}\``);
    if (row.deadline) expect(line).toMatch(new RegExp(`(min|h|d|expires_at\`) → ${row.deadline.to} \\|$`));
    for (const [outcome, { to, event }] of Object.entries(row.on)) {
      expect(line).toMatch(new RegExp(`${outcome} → ${to}\\b[^<|]* · \`${event}\``));
      expect(drawing.some((edge) => edge.startsWith(`  ${state} --> ${to}: `) && edge.includes(outcome))).toBe(true);
    }
  });

  test("has no arrow that no row has", () => {
    const arrows = drawing.flatMap((line) => (/^ {2}(\w+) --> (\w+): (.+)$/.exec(line) ?? []).slice(1).join(" ") || []);
    const exits = arrows.flatMap((arrow) => {
      const [from = "", to = "", ...outcomes] = arrow.split(/,? /);
      return outcomes.map((outcome) => `${from} ${outcome} ${to}`);
    });
    const rows = states.flatMap(([from, row]) =>
      Object.entries(row.on).map(([outcome, { to }]) => `${from} ${outcome} ${to}`),
    );
    expect(exits.sort()).toEqual(rows.sort());
  });
});
