import { CLOCK_TOLERANCE_MS } from "./clockTolerance.ts";

type Moving = Readonly<{ action: "withdraw" | "redeem"; amountBaseUnits: bigint }>;

/** Money that the bank's list shows leaving the account and that no order of ours has claimed. */
export type Debit = Moving &
  Readonly<{
    id: string;
    /** The address, or the registered bank account; null where the list does not name it. */
    destination: string | null;
    createdAtMs: number;
  }>;

/** An order of ours of which nobody knows yet whether the bank carried it out. */
export type OpenOrder = Moving & Readonly<{ destination: string; intendedAtMs: number }>;

/** Whether the debit may be what the bank made of the order. */
export function isLike(debit: Debit, order: OpenOrder): boolean {
  return (
    debit.action === order.action &&
    debit.amountBaseUnits === order.amountBaseUnits &&
    (debit.destination === null || debit.destination === order.destination) &&
    debit.createdAtMs >= order.intendedAtMs - CLOCK_TOLERANCE_MS
  );
}

/**
 * The debits that no order of ours explains: another program's on the same account, or ours before this database was
 * restored. One order explains one debit, so of two debits like one open order the later is left over.
 * @returns those, oldest first; as few as can be: an order that could explain several takes the one that has no other.
 */
export function unexplainedDebits(debits: readonly Debit[], orders: readonly OpenOrder[]): readonly Debit[] {
  const left = orders.toSorted((one, other) => other.intendedAtMs - one.intendedAtMs);
  // A debit without a destination fits more orders than one that has it, and an early intent fits more debits than a late
  // one: the choosier goes first and takes the choosier.
  return debits
    .toSorted(
      (one, other) => Number(one.destination === null) - Number(other.destination === null) || byAge(one, other),
    )
    .filter((debit) => {
      const found = left.findIndex((order) => isLike(debit, order));
      if (found >= 0) left.splice(found, 1);
      return found < 0;
    })
    .toSorted(byAge);
}

const byAge = (one: Debit, other: Debit) => one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1);
