import type { BreakKind } from "../payments/breakKinds.ts";
import type { Evidence } from "../store/schema/watch.ts";

/** One thing that the three books tell differently, as one reading shows it. Kind, source and outside id are its name. */
export type Finding = Readonly<{
  kind: Exclude<BreakKind, "vanished_fact">;
  /** Who tells it: a place of the outside, or our books where the outside is silent. */
  source: "bank" | "chain" | "books";
  outsideId: string;
  legId: number | null;
  paymentId: number | null;
  /** How much is at stake. */
  amountBaseUnits: bigint;
  /** What each side shows. */
  sides: Readonly<Partial<Record<"books" | "bank" | "chain", Evidence>>>;
  /** The books have it as ordered and not proven: the outside was first, and they are not wrong. */
  isUnderWay?: true;
  /** The youngest of what it was seen by, unix ms: within the grace window it is in transit. */
  youngestMs: number;
}>;

/** One thing is found under one name in every reading. */
export const nameOf = (found: Readonly<{ kind: BreakKind; source: string; outsideId: string }>): string =>
  `${found.kind} ${found.source} ${found.outsideId}`;
