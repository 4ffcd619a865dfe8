/** One movement of an account, as the outside shows it. `at` orders them: unix ms at the bank, a block's number on chain. */
export type Movement = Readonly<{ id: string; way: "in" | "out"; amountBaseUnits: bigint; at: number }>;

/**
 * What left an account though nothing of its amount had come in for it. Each payment passes through whole: once in, once
 * out. So one order carried out twice is an exit too many, as soon as no other payment of the same amount is on its way.
 * @param sureFrom an earlier exit without an entrance is no finding: its entrance may be older than what was read.
 */
export function overdrawn<M extends Movement>(movements: readonly M[], sureFrom: number): readonly M[] {
  const held = new Map<bigint, number>();
  return inOrder(movements).filter(({ way, amountBaseUnits, at }) => {
    const before = held.get(amountBaseUnits) ?? 0;
    if (way === "in") held.set(amountBaseUnits, before + 1);
    else if (before > 0) held.set(amountBaseUnits, before - 1);
    else return at >= sureFrom;
    return false;
  });
}

/** Oldest first. What comes in at the same moment comes first, for a clock may be coarser than the order of things. */
const inOrder = <M extends Movement>(movements: readonly M[]) =>
  movements.toSorted((one, other) => one.at - other.at || Number(one.way === "out") - Number(other.way === "out"));
