/** One movement of an account, as the outside shows it. `at` orders them: unix ms at the bank, a block's number on chain. */
export type Movement = Readonly<{ id: string; way: "in" | "out"; amountBaseUnits: bigint; at: number }>;

/** What came in at once, and was agreed to go out in parts: a deposit of which not all is held, or custody with commissions. */
export type Split = Readonly<{ wholeBaseUnits: bigint; partsBaseUnits: readonly bigint[] }>;

/** Ways tried to explain one exit by other splits before it is a finding. It errs on the side of stopping. */
const MOST_TRIES = 2_000;

/**
 * What left an account though nothing had come in for it. Each payment passes through whole, once in and once out; or what
 * came in goes out in the parts that were agreed, each once. So one order carried out twice is an exit too many, as soon as
 * no other payment of the same amount is on its way.
 * @param sureFrom an earlier exit without an entrance is no finding: its entrance may be older than what was read.
 * @param splits what was agreed of payments that do not pass whole. Each explains its parts once, in place of its whole.
 */
export function overdrawn<M extends Movement>(
  movements: readonly M[],
  sureFrom: number,
  splits: readonly Split[] = [],
): readonly M[] {
  const books = createBooks(splits);
  return inOrder(movements).filter(({ way, amountBaseUnits, at }) => {
    books.add(amountBaseUnits, way === "in" ? 1 : -1);
    if (way === "in" || books.isExplained()) return false;
    books.add(amountBaseUnits, 1);
    return at >= sureFrom;
  });
}

/** What of each amount is there, when some of the wholes that came in are taken for their parts. */
function createBooks(splits: readonly Split[]) {
  const counts = new Map<bigint, number>();
  const short = new Set<bigint>();
  const opened = new Set<Split>();
  const add = (amount: bigint, times: number) => {
    const count = (counts.get(amount) ?? 0) + times;
    counts.set(amount, count);
    if (count < 0) short.add(amount);
    else short.delete(amount);
  };
  /** Takes a whole for its parts, or no longer. */
  const turn = (split: Split) => {
    const sign = opened.delete(split) ? -1 : 1;
    if (sign > 0) opened.add(split);
    add(split.wholeBaseUnits, -sign);
    for (const part of split.partsBaseUnits) add(part, sign);
  };
  const naming = new Map<bigint, Split[]>();
  for (const split of splits) {
    for (const amount of new Set([split.wholeBaseUnits, ...split.partsBaseUnits])) {
      const alike = naming.get(amount);
      if (alike) alike.push(split);
      else naming.set(amount, [split]);
    }
  }
  const supplies = (split: Split, amount: bigint) =>
    opened.has(split) ? split.wholeBaseUnits === amount : split.partsBaseUnits.includes(amount);
  const shapeOf = ({ wholeBaseUnits, partsBaseUnits }: Split) => `${wholeBaseUnits}:${partsBaseUnits.join("+")}`;
  /** Turns splits until nothing is short; or turns none. */
  const explain = (turned: ReadonlySet<Split>, tries: { left: number }): boolean => {
    const [missing] = short;
    if (missing === undefined) return true;
    const named = naming.get(missing) ?? [];
    const candidates = named.filter((split) => !turned.has(split) && supplies(split, missing));
    // Of splits alike, one is as good as the other.
    for (const split of new Map(candidates.map((one) => [shapeOf(one), one])).values()) {
      if (--tries.left < 0) return false;
      turn(split);
      if (explain(new Set(turned).add(split), tries)) return true;
      turn(split);
    }
    return false;
  };
  return { add, isExplained: () => explain(new Set(), { left: MOST_TRIES }) };
}

/** Oldest first. What comes in at the same moment comes first, for a clock may be coarser than the order of things. */
const inOrder = <M extends Movement>(movements: readonly M[]) =>
  movements.toSorted((one, other) => one.at - other.at || Number(one.way === "out") - Number(other.way === "out"));
