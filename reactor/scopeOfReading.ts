import { nameWitnesses } from "./reconcile/nameWitnesses.ts";
import type { BareWitness, Witness } from "./reconcile/witness.ts";
import { legsBookedSince } from "./store/bookEntries.ts";
import type { Database } from "./store/database.ts";
import { readOutsideNames } from "./store/outsideNames.ts";
import { readWitnesses, redemptionsTo, withdrawalsNaming, witnessesOf } from "./store/witnesses.ts";

/** A transaction that posts a movement may have begun this long before it ended. */
const LATE_COMMIT_MS = 10 * 60_000;

/** What of the books a reading looks at. */
export type Scope = Readonly<{
  /** Of the legs looked at, and everything that is not ours. */
  witnesses: readonly Witness[];
  /** Null: all that there are. */
  legs: readonly number[] | null;
  /** Those that are to be kept as they are now, and what was kept of them. */
  changed: readonly Witness[];
  stored: ReadonlyMap<string, Witness>;
}>;

export async function scopeOfAll(db: Database, account: string, read: readonly BareWitness[]): Promise<Scope> {
  const witnesses = nameWitnesses(read, await readOutsideNames(db, account, null));
  return { witnesses, legs: null, changed: witnesses, stored: new Map() };
}

/**
 * What is new outside, what is new in our books, and what was not settled before: the cost grows with these.
 * @param account whose books are read.
 * @param before legs that are open, and when the last reading began, unix ms.
 */
export async function scopeOfChanges(
  db: Database,
  account: string,
  read: readonly BareWitness[],
  before: Readonly<{ open: readonly number[]; sinceMs: number }>,
): Promise<Scope> {
  const touched = [...before.open, ...(await legsBookedSince(db, before.sinceMs - LATE_COMMIT_MS))];
  const ids = read.map(({ id }) => id);
  const stored = byId([...(await readWitnesses(db, ids)), ...(await witnessesOf(db, account, touched))]);
  const fresh = read.filter((one) => !isSame(one, stored.get(one.id)));
  // A claim may have named meanwhile what was nobody's, or have been freed.
  const unnamed = new Map<string, BareWitness>([...stored, ...fresh.map((one) => [one.id, one] as const)]);
  const hashes = [...unnamed.values()].flatMap(({ side, txHash }) => (side === "chain" ? (txHash ?? []) : []));
  for (const one of await withdrawalsNaming(db, account, hashes)) if (!unnamed.has(one.id)) unnamed.set(one.id, one);
  const bare = [...unnamed.values()];
  const names = await readOutsideNames(db, account, {
    bankIds: bare.flatMap(({ id, side, refundOf }) => (side === "bank" ? [id, ...(refundOf ? [refundOf] : [])] : [])),
    hashes: bare.flatMap(({ txHash }) => txHash ?? []),
    escrowIds: bare.flatMap(({ escrowId }) => escrowId ?? []),
  });
  const named = nameWitnesses(bare, names);
  const changed = named.filter((one) => {
    const was = stored.get(one.id);
    return !isSame(one, was) || was?.legId !== one.legId || was.ours !== one.ours;
  });
  const accounts = named.flatMap(({ kind, ours, accountId }) =>
    kind === "REDEMPTION" && !ours ? (accountId ?? []) : [],
  );
  const alike = await redemptionsTo(db, account, accounts);
  const moved = [...changed, ...changed.flatMap(({ id }) => stored.get(id) ?? []), ...alike];
  const legs = [...new Set([...touched, ...moved.flatMap(({ legId }) => legId ?? [])])];
  const witnesses = byId([...(await witnessesOf(db, account, legs)), ...named]);
  return { witnesses: [...witnesses.values()], legs, changed, stored };
}

const byId = (witnesses: readonly Witness[]): ReadonlyMap<string, Witness> =>
  new Map(witnesses.map((one) => [one.id, one]));

function isSame(one: BareWitness, was: Witness | undefined): boolean {
  if (was === undefined) return false;
  const { status, amountBaseUnits, txHash, accountId, to, changedAtMs } = one;
  const isAlike = was.status === status && was.amountBaseUnits === amountBaseUnits && was.changedAtMs === changedAtMs;
  return isAlike && was.txHash === txHash && was.accountId === accountId && was.to === to;
}
