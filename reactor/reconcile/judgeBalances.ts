import type { Finding } from "./finding.ts";
import { inPesos } from "./judgeLeg.ts";
import { type PlaceSums, subtract } from "./sumWitnesses.ts";

export type Balances = Readonly<{
  /** What all witnesses add up to, and what bank and chain say is there; base units. */
  sums: PlaceSums;
  balances: PlaceSums;
  /** Differences that persons have explained. */
  explained: PlaceSums;
  /** What may be in one of the two readings of the bank and not in the other yet: its list and its balance are two calls. */
  movingAtBank: bigint;
}>;

/** Holds the balance of each place, and of all together, to the sum of its movements. */
export function judgeBalances({ sums, balances, explained, movingAtBank }: Balances): readonly Finding[] {
  const differences = subtract(subtract(balances, sums), explained);
  const total = differences.juno + differences.bridge + differences.escrow;
  return (["juno", "bridge", "escrow"] as const).flatMap((place) => {
    const difference = differences[place];
    const size = difference < 0n ? -difference : difference;
    if (size === 0n || (place === "juno" && size <= movingAtBank)) return [];
    const side = place === "juno" ? "bank" : "chain";
    return [
      {
        kind: "balance_difference",
        source: side,
        // With what was explained of it before: another difference at the same place is another break.
        outsideId: `${place} ${explained[place]}`,
        legId: null,
        paymentId: null,
        amountBaseUnits: difference,
        sides: {
          [side]: {
            place,
            balance: inPesos(balances[place]),
            movements: inPesos(sums[place]),
            explained: inPesos(explained[place]),
            difference: inPesos(difference),
            total: inPesos(total),
          },
        },
        // Two balances of one moment: there is nothing that could still arrive.
        youngestMs: 0,
      },
    ];
  });
}
