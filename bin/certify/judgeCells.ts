import type { Disagreement } from "../audit/compareBooks.ts";
import type { Cell } from "./cells.ts";
import type { CellPayment } from "./createCellPayment.ts";
import { endOf } from "./endOf.ts";
import type { Death } from "./killAt.ts";
import type { Finding } from "./secondCalls.ts";

/** A cell after its kill. */
export type Tried = Readonly<{
  cell: Cell;
  payment: CellPayment;
  death: Death;
  /** From the kill to the first work of the restarted reactor on the payment, its start-up included, ms. */
  resumedAfterMs: number | null;
}>;

/** What was found once all was at rest. */
export type Found = Readonly<{
  statuses: ReadonlyMap<number, string>;
  disagreements: readonly Disagreement[];
  unjustified: readonly Finding[];
}>;

export type CellResult = Readonly<{ cell: Cell; failures: readonly string[]; resumedAfterMs: number | null }>;

/**
 * Holds each cell against what was found of its payment. Cells that cannot be told apart in a finding all fail by it.
 * @returns the cells, and the failures that name no payment of any cell.
 */
export function judgeCells(
  tried: readonly Tried[],
  { statuses, disagreements, unjustified }: Found,
): Readonly<{ cells: readonly CellResult[]; failures: readonly string[] }> {
  const cells = tried.map(({ cell, payment: { id }, death, resumedAfterMs }): CellResult => {
    const wanted = endOf(cell).status;
    const status = statuses.get(id);
    const failures = [
      ...(death.failure === null ? [] : [death.failure]),
      ...(resumedAfterMs === null ? ["nobody went on with it"] : []),
      ...(status === wanted ? [] : [`payment ${id} is ${status}, not ${wanted}`]),
      ...disagreements.filter(({ payments }) => payments.includes(id)).map(inWords),
      ...unjustified.filter(({ paymentId }) => paymentId === id).map(({ failure }) => failure),
    ];
    return { cell, failures, resumedAfterMs };
  });
  const known = new Set(tried.map(({ payment }) => payment.id));
  const failures = [
    ...disagreements.filter(({ payments }) => !payments.some((id) => known.has(id))).map(inWords),
    ...unjustified
      .filter(({ paymentId }) => !known.has(paymentId))
      .map(({ paymentId, failure }) => `payment ${paymentId}: ${failure}`),
  ];
  return { cells, failures };
}

const inWords = ({ what, wanted, found }: Disagreement) => `${what}: ${found} instead of ${wanted}`;
