import { simulate } from "../../bin/simulate/simulate.ts";
import { balancesIn, namesIn, threeBooksOf, witnessesIn } from "../../bin/simulate/threeBooks.ts";
import type { World } from "../../bin/simulate/world.ts";
import { nameWitnesses } from "../../reactor/reconcile/nameWitnesses.ts";
import { sumWitnesses } from "../../reactor/reconcile/sumWitnesses.ts";
import type { ThreeBooks } from "../../reactor/reconcile/witness.ts";

/** Lives a simulated world to its end. The simulator stands for the outside: it has thousands of histories, by seed. */
export async function liveWorld(seed: number, payments: number, faults: number): Promise<World> {
  const lived: World[] = [];
  const crowd = { betweenPaymentsMs: 2_400, amounts: 5, batch: 20 };
  await simulate({ first: 1, payments, crowd, seed, faults, only: null }, undefined, (world) => {
    lived.push(world);
    return world;
  });
  const [world] = lived;
  if (world === undefined) throw new Error("The world was not made.");
  return world;
}

/** The books of a world at its end, and how a damaged copy of them looks to the reconciliation. */
export function endOf(world: World) {
  const books = threeBooksOf(world);
  const names = namesIn(world);
  const known = new Set(books.witnesses.map(({ id }) => id));
  return {
    books,
    balances: balancesIn(world),
    sums: sumWitnesses(witnessesIn(world), books.places),
    /** What is left is named anew, as a reading would; what was put there is whose it says. */
    renamed: (damaged: ThreeBooks): ThreeBooks => ({
      ...damaged,
      witnesses: [
        ...nameWitnesses(
          damaged.witnesses.filter(({ id }) => known.has(id)),
          names,
        ),
        ...damaged.witnesses.filter(({ id }) => !known.has(id)),
      ],
    }),
  };
}
