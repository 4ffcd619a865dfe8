import type { SystemResult } from "./certifySystem.ts";

/** What `npm run certify -- --json` ends with. */
export type Figures = Readonly<{
  cells: number;
  passed: number;
  /** Orders, escrows, releases, returns and payouts found outside beyond the one that each payment wants. */
  duplicates: number;
  /** Payments that are missing one of them, or did not end where they should. */
  lost: number;
  /** Sums that differ between two books, and transactions that nobody ordered. */
  unexplained: number;
  /** From a kill -9 to the first work of the reactor that stood by, ms; null where it was not measured. */
  recoveryMsP50: number | null;
  recoveryMsP99: number | null;
}>;

export function figuresOf(systems: readonly SystemResult[]): Figures {
  const cells = systems.flatMap((one) => one.cells);
  const disagreements = systems.flatMap((one) => one.disagreements);
  const takeovers = systems.flatMap((one) => one.takeovers.map(({ resumedAfterMs }) => resumedAfterMs));
  return {
    cells: cells.length,
    passed: cells.filter(({ failures }) => failures.length === 0).length,
    duplicates: sum(disagreements.map(({ surplus }) => Math.max(0, surplus))),
    lost: sum(disagreements.map(({ surplus }) => Math.max(0, -surplus))),
    unexplained: sum(systems.map(({ unexplained }) => unexplained)),
    recoveryMsP50: percentile(takeovers, 50),
    recoveryMsP99: percentile(takeovers, 99),
  };
}

/** The smallest value that so many percent do not exceed, rounded to whole ms; null of nothing. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
  return value === undefined ? null : Math.round(value);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
