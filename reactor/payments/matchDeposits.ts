import { CLOCK_TOLERANCE_MS } from "./clockTolerance.ts";

/** A leg that could be paid by a deposit to this CLABE of this bank account of ours, of this amount. */
export type Payable = Readonly<{
  legId: number;
  account: string;
  clabe: string;
  amountCentavos: bigint;
  createdAtMs: number;
  /** It already holds the other half of its evidence (the SPEI deposit, or the issuance), so it is served first. */
  expected: boolean;
}>;

/** Money at the bank that no leg has claimed. */
export type UnclaimedMoney = Readonly<{
  id: string;
  /** In whose list it stands: money in one account pays for no order out of another. */
  account: string;
  clabe: string;
  amountCentavos: bigint;
  createdAtMs: number;
}>;

export type WhyHeld = "several_payments_match" | "other_payer" | "untold_payer";

export type Matching = Readonly<{
  assigned: readonly Readonly<{ legId: number; id: string }>[];
  /** A person is asked: there are fewer deposits than payments that they could be for, or the policy leaves the payer to one. */
  held: readonly Readonly<{ id: string; legIds: readonly number[]; why: WhyHeld }>[];
  /** No payment waits for it. */
  unmatched: readonly string[];
}>;

/**
 * Gives unclaimed money to legs. For one CLABE and amount: at least as many deposits as legs assigns the oldest first;
 * fewer assigns none. A deposit of another amount, or to another CLABE or account, is never a match, however near.
 */
export function matchDeposits(legs: readonly Payable[], money: readonly UnclaimedMoney[]): Matching {
  const assigned: { legId: number; id: string }[] = [];
  const held: { id: string; legIds: number[]; why: WhyHeld }[] = [];
  const unmatched: string[] = [];
  const waiting = groupsOf(legs);
  for (const [key, group] of groupsOf(money.toSorted(oldestMoney))) {
    const fitting = (waiting.get(key) ?? []).toSorted(oldestLeg);
    let left = [...group];
    for (const round of [fitting.filter((leg) => leg.expected), fitting.filter((leg) => !leg.expected)]) {
      const inTime = left.filter((entry) => round.some((leg) => isInTime(entry, leg)));
      if (round.length === 0 || inTime.length === 0) continue;
      if (inTime.length < round.length) {
        const legIds = round.map((leg) => leg.legId);
        held.push(...inTime.map(({ id }) => ({ id, legIds, why: "several_payments_match" as const })));
        left = left.filter((entry) => !inTime.includes(entry));
        break;
      }
      for (const leg of round) {
        const index = left.findIndex((entry) => isInTime(entry, leg));
        const [entry] = index < 0 ? [] : left.splice(index, 1);
        if (entry) assigned.push({ legId: leg.legId, id: entry.id });
      }
    }
    unmatched.push(...left.map((entry) => entry.id));
  }
  return { assigned, held, unmatched };
}

function groupsOf<Entry extends Came>(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}

type Came = Pick<UnclaimedMoney, "account" | "clabe" | "amountCentavos">;
const keyOf = ({ account, clabe, amountCentavos }: Came) => `${account}:${clabe}:${amountCentavos}`;
// Of one age, the name decides: the order of a list must not.
const oldestLeg = (a: Payable, b: Payable) => a.createdAtMs - b.createdAtMs || a.legId - b.legId;
const oldestMoney = (a: UnclaimedMoney, b: UnclaimedMoney) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
const isInTime = (entry: UnclaimedMoney, leg: Payable) => entry.createdAtMs >= leg.createdAtMs - CLOCK_TOLERANCE_MS;
