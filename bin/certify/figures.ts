import { cellName } from "./cells.ts";
import type { SystemResult } from "./certifySystem.ts";

/** What `npm run certify -- --json` ends with. */
export type Figures = Readonly<{
  cells: number;
  passed: number;
  /** Orders, escrows, releases, returns and payouts found outside beyond the one that each payment wants. */
  duplicates: number;
  /** Those of them that a payment wants and that are missing. */
  lost: number;
  /** Sums that differ between two books, and transactions that nobody ordered. */
  unexplained: number;
  /** From a kill -9 of the only reactor to the first work of the next one on the payment, its start included, ms. */
  recoveryMsP50: number | null;
  recoveryMsP99: number | null;
}>;

export function figuresOf(systems: readonly SystemResult[]): Figures {
  const cells = systems.flatMap((one) => one.cells);
  const disagreements = systems.flatMap((one) => one.disagreements);
  const restarts = cells.flatMap(({ resumedAfterMs }) => resumedAfterMs ?? []);
  return {
    cells: cells.length,
    passed: cells.filter(({ failures }) => failures.length === 0).length,
    duplicates: sum(disagreements.map(({ surplus }) => Math.max(0, surplus))),
    lost: sum(disagreements.map(({ surplus }) => Math.max(0, -surplus))),
    unexplained: sum(systems.map(({ unexplained }) => unexplained)),
    recoveryMsP50: percentile(restarts, 50),
    recoveryMsP99: percentile(restarts, 99),
  };
}

/** The cells after whose kill the next reactor went on last, slowest first. */
export function slowestRestarts(
  systems: readonly SystemResult[],
  most: number,
): readonly Readonly<{ name: string; ms: number }>[] {
  return systems
    .flatMap(({ cells }) => cells)
    .flatMap(({ cell, resumedAfterMs: ms }) => (ms === null ? [] : [{ name: cellName(cell), ms: Math.round(ms) }]))
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, most);
}

/** What speaks against the certificate, in sentences: cells, what no cell is to blame for, doubles that nobody named. */
export function complaintsOf(systems: readonly SystemResult[]): readonly string[] {
  return [
    ...systems.flatMap(({ cells }) =>
      cells.flatMap(({ cell, failures }) => failures.map((failure) => `${cellName(cell)}: ${failure}`)),
    ),
    ...systems.flatMap(({ failures }) => failures),
    ...systems.flatMap(({ detections }) =>
      detections.flatMap(({ action, failure }) => (failure === null ? [] : [`${action} executed twice: ${failure}`])),
    ),
  ];
}

/** What is promised of a kill -9 on one host, ms. */
export const RESUMES_WITHIN_MS = 2_000;

/** The smallest value that so many percent do not exceed, rounded to whole ms; null of nothing. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
  return value === undefined ? null : Math.round(value);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
