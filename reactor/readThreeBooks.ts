import type { Address } from "viem";
import { blockHashAt } from "./chain/blockHashAt.ts";
import type { ChainClient, LaneWallets } from "./chain/client.ts";
import type { SettledPolicy } from "./chain/headPolicy.ts";
import type { Calls } from "./countCalls.ts";
import type { JunoClient } from "./juno/client.ts";
import { type Outside, readOutside, type Since } from "./readOutside.ts";
import { compare } from "./reconcile/compare.ts";
import { type Finding, nameOf } from "./reconcile/finding.ts";
import { judgeBalances } from "./reconcile/judgeBalances.ts";
import { type KnownBreak, type Ripened, ripen } from "./reconcile/ripen.ts";
import { add, effectOf, NOTHING, type PlaceSums, subtract, sumWitnesses } from "./reconcile/sumWitnesses.ts";
import type { Places, Witness } from "./reconcile/witness.ts";
import { type Scope, scopeOfAll, scopeOfChanges } from "./scopeOfReading.ts";
import { readBookEntries } from "./store/bookEntries.ts";
import { type Break, readSuspicions, reconciledBreaks } from "./store/breaks.ts";
import type { Database } from "./store/database.ts";
import { databaseNowMs } from "./store/databaseNowMs.ts";
import { type Lane, readLanes } from "./store/lanes.ts";
import {
  begunAtMs,
  lastReconciliation,
  type Reconciliation,
  readBankDetails,
  readKnownStrays,
  readOrderedLegs,
} from "./store/reconciliations.ts";
import type { Sums } from "./store/schema/reconciliation.ts";
import { oldestOpenMs } from "./store/witnesses.ts";

/** Each reading of the bank goes back this far behind the one before: what it lists late is still seen. */
const OVERLAP_MS = 60 * 60_000;
/** How far the bank's clock may be from ours, and its balance from its list. */
const MOVING_MS = 60_000;

export type Span = "incremental" | "full";

export type Reconciler = Readonly<{
  db: Database;
  /** Whose addresses `chain` has. All lanes of the account are read, of the others what is in force. */
  lane: string;
  /** The bank account that `juno` reads: it and its lanes are reconciled by themselves. */
  account: string;
  juno: JunoClient;
  chain: ChainClient;
  settled: SettledPolicy;
  /** The block in which the escrow was deployed. */
  startBlock: bigint;
  /** What is younger is in transit, ms. */
  graceMs: number;
  /** Counted where the calls leave. */
  calls: Calls;
}>;

/** A reading of all three books, before anything of it is kept. */
export type Reading = Readonly<{
  span: Span;
  startedAtMs: number;
  outside: Outside;
  /** What is new or changed; after a full reading all that there is. */
  changed: readonly Witness[];
  sums: PlaceSums;
  findings: readonly Finding[];
  ripened: Ripened;
}>;

/**
 * Reads bank and chain, from where the last reading ended or from the beginning, and holds our books to them. Writes nothing.
 * @param asked `incremental` is a full one where there is none to go on from.
 * @throws Error with a sentence when bank or chain do not answer whole.
 */
export async function readThreeBooks(reconciler: Reconciler, asked: Span): Promise<Reading> {
  const { db, account, chain, graceMs } = reconciler;
  const startedAtMs = await databaseNowMs(db);
  const others = (await readLanes(db)).filter(
    (one) => one.account === account && one.name !== reconciler.lane && one.state !== "proposed",
  );
  const last = asked === "full" ? null : await lastStanding(reconciler, others);
  const wallets = [{ bridge: chain.bridge, escrow: chain.escrow }, ...others.flatMap(walletsOf)];
  const details = (ids: readonly string[]) => readBankDetails(db, ids);
  const outside = await readOutside({ ...reconciler, wallets, details }, await sinceOf(reconciler, last));
  const places: Places = {
    bridges: wallets.map(({ bridge }) => bridge),
    escrows: wallets.map(({ escrow }) => escrow),
    junoWallet: chain.junoWallet,
  };
  const breaks = await reconciledBreaks(db, account);
  const suspicions = await readSuspicions(db, account);
  const open = [...breaks, ...suspicions].flatMap(({ legId }) => legId ?? []);
  const scope =
    last === null
      ? await scopeOfAll(db, account, outside.witnesses)
      : await scopeOfChanges(db, account, outside.witnesses, { open, sinceMs: last.startedAtMs });
  const sums = last === null ? sumWitnesses(outside.witnesses, places) : sumsAfter(last.sums, scope, places);
  const findings = [
    ...compare({
      places,
      witnesses: scope.witnesses,
      legs: await readOrderedLegs(db, account, scope.legs),
      entries: await readBookEntries(db, scope.legs),
      ...(await readKnownStrays(db, { lane: reconciler.lane, account, bridge: chain.bridge })),
    }),
    ...judgeBalances({
      sums,
      balances: outside.balances,
      explained: explainedIn(breaks),
      movingAtBank: movingSince(outside, outside.bankBalanceMs - MOVING_MS),
    }),
  ];
  const known = { breaks: breaks.flatMap(toKnown), suspected: new Set(suspicions.map(nameOf)) };
  const ripened = ripen(findings, known, { nowMs: startedAtMs, graceMs });
  const { number } = outside.block;
  if (last !== null && number < last.blockNumber) throw new Error(`The settled head went back to block ${number}.`);
  return {
    span: last === null ? "full" : "incremental",
    startedAtMs,
    outside,
    changed: scope.changed,
    sums,
    findings,
    ripened,
  };
}

/** Of a lane that is another reactor's: what two persons have opened. */
const walletsOf = ({ addresses }: Lane): readonly LaneWallets[] =>
  addresses === null ? [] : [{ bridge: addresses.bridge as Address, escrow: addresses.escrowContract as Address }];

/**
 * The last reading, if the chain still is the one that it read, and no lane was opened since, of which it read nothing; null:
 * everything is read anew.
 */
async function lastStanding(
  { db, account, chain }: Reconciler,
  others: readonly Lane[],
): Promise<Reconciliation | null> {
  const last = await lastReconciliation(db, account);
  if (last === null || others.some(({ sinceMs }) => sinceMs >= last.startedAtMs)) return null;
  return (await blockHashAt(chain, last.blockNumber)) === last.blockHash ? last : null;
}

async function sinceOf({ db, account, startBlock }: Reconciler, last: Reconciliation | null): Promise<Since> {
  const begunMs = await begunAtMs(db);
  if (last === null) return { block: startBlock, bankMs: begunMs };
  const open = await oldestOpenMs(db, account);
  const bankMs = Math.min(last.startedAtMs - OVERLAP_MS, open ?? Number.POSITIVE_INFINITY);
  return { block: last.blockNumber + 1n, bankMs: Math.max(begunMs, bankMs) };
}

function sumsAfter(before: Sums, { changed, stored }: Scope, places: Places): PlaceSums {
  const known = { juno: BigInt(before.juno), bridge: BigInt(before.bridge), escrow: BigInt(before.escrow) };
  return changed.reduce((sums, one) => {
    const was = stored.get(one.id);
    return subtract(add(sums, effectOf(one, places)), was ? effectOf(was, places) : NOTHING);
  }, known);
}

/** Differences of balances that persons have closed with a reason. */
const explainedIn = (breaks: readonly Break[]): PlaceSums =>
  breaks
    .filter(({ kind, state }) => kind === "balance_difference" && state === "closed")
    .map(({ outsideId, amountBaseUnits }) => ({ ...NOTHING, [outsideId.split(" ")[0] ?? ""]: amountBaseUnits ?? 0n }))
    .reduce(add, NOTHING);

const movingSince = ({ witnesses }: Outside, sinceMs: number) =>
  witnesses
    .filter(({ side, changedAtMs }) => side === "bank" && changedAtMs >= sinceMs)
    .reduce((sum, { amountBaseUnits }) => sum + (amountBaseUnits ?? 0n), 0n);

function toKnown({ kind, source, outsideId, number, paymentId, legId, state }: Break): readonly KnownBreak[] {
  if (kind === "vanished_fact" || !(source === "bank" || source === "chain" || source === "books")) return [];
  return [{ kind, source, outsideId, number, paymentId, legId, isClosed: state === "closed" }];
}
