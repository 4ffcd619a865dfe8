import { CRASH_POINTS } from "../../reactor/reactor.ts";
import { type Cell, everyAction, OUTCOMES, voidReason } from "./cells.ts";
import type { CellResult } from "./judgeCells.ts";

const HEADS = { ok: "ok", refused: "no", happened: "?+", did_not_happen: "?-" } as const;
const WIDTH = 8;

/** The certificate as a person reads it: a row for each action, a column for each outcome at each point. */
export function matrix(results: readonly CellResult[]): string {
  const mark = (cell: Cell): string => {
    const result = results.find((one) => isSame(one.cell, cell));
    if (voidReason(cell) !== undefined) return "void";
    if (result === undefined) return "–";
    return result.failures.length === 0 ? "passed" : "FAILED";
  };
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(20)}${cells.map((cell) => cell.padEnd(WIDTH)).join("")}`.trimEnd();
  const blocks = CRASH_POINTS.map((point) =>
    [
      line(
        point,
        OUTCOMES.map((outcome) => HEADS[outcome]),
      ),
      ...everyAction().map((action) =>
        line(
          `  ${action}`,
          OUTCOMES.map((outcome) => mark({ action, point, outcome })),
        ),
      ),
    ].join("\n"),
  );
  const legend = "ok: yes · no: refused · ?+: no answer, and it happened · ?-: no answer, and it did not happen";
  return [...blocks, legend].join("\n\n");
}

const isSame = (a: Cell, b: Cell) => a.action === b.action && a.point === b.point && a.outcome === b.outcome;
