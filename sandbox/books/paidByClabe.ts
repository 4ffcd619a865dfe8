import type { State } from "./state.ts";

export type Paid = { clabe: string; payouts: number; paidCentavos: bigint; returnedCentavos: bigint };

/** What the bank believes it paid to each CLABE by redemption, and what of it came back. */
export function paidByClabe(state: State): Paid[] {
  const returned = new Set(state.speiIn.map(({ returnOf }) => returnOf));
  const paid = new Map<string, Paid>();
  for (const { id, kind, clabe, amountCentavos } of state.speiOut) {
    if (kind !== "payout") continue;
    const before = paid.get(clabe) ?? { clabe, payouts: 0, paidCentavos: 0n, returnedCentavos: 0n };
    paid.set(clabe, {
      clabe,
      payouts: before.payouts + 1,
      paidCentavos: before.paidCentavos + amountCentavos,
      returnedCentavos: before.returnedCentavos + (returned.has(id) ? amountCentavos : 0n),
    });
  }
  return [...paid.values()];
}
