import type { PinnedAddresses } from "./controls.ts";

/** The lane of a system that has one, and of all that was there before there were several. */
export const FIRST_LANE = "principal";

/** The bank account of a system that has one, and of all that was there before there were several. */
export const FIRST_ACCOUNT = "principal";

export const LANE_STATES = ["proposed", "open", "draining", "retired"] as const;
/**
 * `proposed`: a reactor was started for it, and two persons have not said yes to its addresses. `open`: payments are given to it.
 * `draining`: none any more; those that it has go on. `retired`: it has none, and sends nothing.
 */
export type LaneState = (typeof LANE_STATES)[number];

/** A lane's name, the bank account that its payments pass through, and its addresses: what a reactor was started with. */
export type LaneAddresses = PinnedAddresses & Readonly<{ lane: string; account: string }>;

/**
 * An escrow's name over all contracts, since each counts its own. The first lane's are also known without a contract: what was
 * stored before there were several names none.
 */
export const escrowKey = (contract: string | null, escrowId: string): string => `${contract ?? ""}:${escrowId}`;

/** A lane that payments may be given to, and how many that have not ended it has. */
export type Load = Readonly<{ lane: string; openPayments: number }>;

/** The lane of the next payment: the one with the fewest that have not ended, of several such the first by name; null of none. */
export function leastLoaded(lanes: readonly Load[]): string | null {
  const [first] = lanes.toSorted(
    (one, other) => one.openPayments - other.openPayments || (one.lane < other.lane ? -1 : 1),
  );
  return first?.lane ?? null;
}
