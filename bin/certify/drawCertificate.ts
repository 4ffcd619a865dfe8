import { everyAction, everyCell, voidReason } from "./cells.ts";
import type { SystemResult } from "./certifySystem.ts";
import { figuresOf, percentile } from "./figures.ts";
import { plans } from "./plans.ts";

/** Where and when a certificate was made. */
export type Circumstances = Readonly<{ at: Date; commit: string; machine: string }>;

/** The figures of a whole certificate as Markdown, for RELIABILITY.md. */
export function drawCertificate(systems: readonly SystemResult[], made: Circumstances, tookMs: number): string {
  const figures = figuresOf(systems);
  const results = systems.flatMap(({ cells }) => cells);
  const standby = systems.flatMap(({ takeovers }) => takeovers.map(({ resumedAfterMs }) => resumedAfterMs));
  const detections = systems.flatMap((one) => one.detections);
  const named = detections.map(
    ({ action, namedAfterMs: { tripwire, kustodia } }) =>
      `\`${action}\`: by the tripwire after ${inMs(tripwire)}, by the reactor after ${inMs(kustodia)}`,
  );
  const rows = [
    ["made", `${made.at.toISOString().slice(0, 16).replace("T", " ")} UTC, in ${Math.round(tookMs / 1_000)} s`],
    ["of", `commit ${made.commit}`],
    ["on", made.machine],
    ["cells", `${everyCell().length}: ${figures.cells} live, ${everyCell().length - figures.cells} that cannot exist`],
    ["passed", `**${figures.passed} of ${figures.cells}**`],
    ["duplicates, lost, unexplained", `${figures.duplicates}, ${figures.lost}, ${figures.unexplained}`],
    ["one reactor, killed and restarted, goes on after", recovery(figures.recoveryMsP50, figures.recoveryMsP99)],
    ["a second one that stands by goes on after", recovery(percentile(standby, 50), percentile(standby, 99))],
    ["one key executed twice by the bank, detected", named.join("; ") || "–"],
  ];
  return [
    "| | |",
    "|---|---|",
    ...rows.map(([what, value]) => `| ${what} | ${value} |`),
    "",
    "| action | by way of | passed | of live cells | cannot exist |",
    "|---|---|---|---|---|",
    ...everyAction().map((action) => {
      const passed = results.filter(({ cell, failures }) => cell.action === action && failures.length === 0).length;
      const all = everyCell().filter((cell) => cell.action === action);
      const live = all.filter((cell) => voidReason(cell) === undefined).length;
      return `| \`${action}\` | ${plans[action].rail} | ${passed} | ${live} | ${all.length - live} |`;
    }),
  ].join("\n");
}

const recovery = (p50: number | null, p99: number | null) => `${inMs(p50)} (p50), ${inMs(p99)} (p99)`;
const inMs = (ms: number | null) => (ms === null ? "–" : `${ms} ms`);
