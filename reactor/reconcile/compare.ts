import type { Finding } from "./finding.ts";
import { judgeBankStrays } from "./judgeBankStrays.ts";
import { judgeChainStrays } from "./judgeChainStrays.ts";
import { judgeLeg } from "./judgeLeg.ts";
import type { ThreeBooks } from "./witness.ts";

/**
 * Derives from bank and chain alone what each payment order has moved, and holds our books to it.
 * @returns everything that two of the three tell differently, however young.
 */
export function compare(books: ThreeBooks): readonly Finding[] {
  const witnessesOf = groupBy(
    books.witnesses.filter(({ ours }) => ours),
    ({ legId }) => legId,
  );
  const entriesOf = groupBy(books.entries, ({ legId }) => legId);
  const ofLegs = books.legs.flatMap((leg) =>
    judgeLeg(leg, {
      witnesses: witnessesOf.get(leg.id) ?? [],
      entries: entriesOf.get(leg.id) ?? [],
      places: books.places,
    }),
  );
  return [...ofLegs, ...judgeBankStrays(books), ...judgeChainStrays(books)];
}

function groupBy<Item>(
  items: readonly Item[],
  of: (item: Item) => number | null,
): ReadonlyMap<number, readonly Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const key = of(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
