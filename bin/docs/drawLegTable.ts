import { type LegKind, rowOf, tables } from "../../reactor/payments/leg.ts";
import { DAY_MS, type Deadline, type Exit, HOUR_MS, MINUTE_MS, type Row } from "../../reactor/payments/table.ts";

/** One leg's table as Markdown, and as a Mermaid state diagram under it. Both are read from the data that decides. */
export function drawLegTable(kind: LegKind): string {
  const states = Object.keys(tables[kind]).map((state) => [state, rowOf(kind, state)] as const);
  const lines = [
    "| state | in Spanish | does | outcome → next · event | deadline |",
    "|---|---|---|---|---|",
    ...states.map(([state, row]) => drawRow(state, row)),
    "",
    "```mermaid",
    "stateDiagram-v2",
    ...drawEdges(states).map((edge) => `  ${edge}`),
    "```",
  ];
  return lines.join("\n");
}

function drawRow(state: string, row: Row<string>): string {
  const does = row.does === undefined ? (row.end ? "ends" : "listens") : `\`${row.does}\``;
  const exits = Object.entries(row.on).map(([outcome, exit]) => `${outcome} → ${drawExit(exit)}`);
  const deadline = row.deadline ? drawDeadline(row.deadline) : "–";
  return `| **${state}** | ${row.es} | ${does} | ${exits.join("<br>") || "–"} | ${deadline} |`;
}

function drawExit(exit: Exit<string>): string {
  const newKey = exit.generation === "next" ? ", under a new key" : "";
  const freed = exit.freesDeposit ? ", its deposit freed" : "";
  return `${exit.to}${newKey}${freed} · \`${exit.event}\``;
}

function drawDeadline({ from, plusMs, to }: Deadline<string>): string {
  const start = from === "entry" ? [] : [`\`${from}\``];
  const plus = plusMs === 0 ? [] : [drawDuration(plusMs)];
  return `${[...start, ...plus].join(" + ")} → ${to}`;
}

const UNITS = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["min", MINUTE_MS],
] as const;

function drawDuration(ms: number): string {
  let left = ms;
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    if (left >= unitMs) parts.push(`${Math.floor(left / unitMs)} ${unit}`);
    left %= unitMs;
  }
  if (left > 0) throw new Error(`A deadline of ${ms} ms is no whole number of minutes: the table could not show it.`);
  return parts.join(" ");
}

/** A leg begins in the first state of its table. Outcomes with the same ends share an arrow. */
function drawEdges(states: readonly (readonly [string, Row<string>])[]): string[] {
  const edges = states.slice(0, 1).map(([first]) => `[*] --> ${first}`);
  for (const [state, row] of states) {
    const outcomes = new Map<string, string[]>();
    for (const [outcome, { to }] of Object.entries(row.on)) outcomes.set(to, [...(outcomes.get(to) ?? []), outcome]);
    for (const [to, names] of outcomes) edges.push(`${state} --> ${to}: ${names.join(", ")}`);
    if (row.end) edges.push(`${state} --> [*]`);
  }
  return edges;
}
