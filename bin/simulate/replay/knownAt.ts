import type { Leg } from "../../../reactor/payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../../reactor/payments/money.ts";
import type { BankRow } from "../../../reactor/store/bankFacts.ts";
import type { KnownRows } from "../../../reactor/store/factsOf.ts";
import type { PaymentRecord } from "./readRecord.ts";

/** A moment in a payment's history: a move as it was saved, or an order as it was decided on. */
export type Moment = Readonly<{ atMs: number; attemptId: number | null }>;

/**
 * The rows as they stood at a moment, as far as they keep moments. Pure.
 * A bank transaction that changed later counts as not final and not given back then; a call that reverted counts from its
 * making on; a log counts as deep enough from its block's time on, which is told to the second; that the index was fresh, the bank read since the
 * reactor's start, the payment not held, and its accounts known, is supposed.
 * @param legs the payment's legs as the replay has them.
 */
export function knownAt(record: PaymentRecord, legs: readonly Leg[], { atMs, attemptId }: Moment): KnownRows {
  const isPast = (ms: number) => ms <= atMs;
  // An order's own call was stored after it was decided on, perhaps in the same millisecond.
  const isMade = (ms: number) => (attemptId === null ? ms <= atMs : ms < atMs);
  const isOpen = (endedAtMs: number | null) => endedAtMs === null || endedAtMs > atMs;
  const logs = record.logs.filter((log) => isMade(log.seenAtMs));
  const claims = record.claims.filter((row) => isPast(row.claimedAtMs) && isOpen(row.freedAtMs));
  const claimedAtMs = new Map(record.claims.map((row) => [row.id, row.claimedAtMs]));
  const settled = record.watched.filter((row) => !isOpen(row.settledAtMs));
  const settledHead = highest(settled.map((row) => row.blockNumber));
  return {
    payments: [{ ...record.payment, held: false }],
    siblings: record.legs.flatMap((row) => {
      const leg = legs.find(({ id }) => id === row.id);
      return leg ? [{ ...row, ...leg }] : [];
    }),
    attempts: record.attempts
      .filter((row) => (attemptId === null ? isPast(row.sentAtMs) : row.id < attemptId))
      .map((row) => (row.closedAtMs !== null && isPast(row.closedAtMs) ? row : { ...row, ...UNANSWERED })),
    claims,
    own: record.own.filter((row) => isMade(row.createdAtMs)),
    // What a leg carried out, it carried out by leaving the state that it is in now.
    rulings: record.rulings.filter((row) => {
      const leg = legs.find(({ id }) => id === row.legId);
      const isCarriedOut = row.carriedOutAtMs !== null && leg !== undefined && row.carriedOutAtMs < leg.enteredAtMs;
      return isPast(row.createdAtMs) && !isCarriedOut;
    }),
    bank: record.bank.flatMap((row) => bankRowAt(row, record.bankReadAtMs.get(row.id) ?? atMs, atMs)),
    now: {
      killed: record.pulls.some((row) => isPast(row.pulledAtMs) && isOpen(row.liftedAtMs)),
      settledHead,
      settledLargeHead: settledHead,
      bankReadSinceMs: record.readingsMs.filter(isPast).reduce<number | null>((a, b) => Math.max(a ?? b, b), null),
      bankUnread: false,
      indexed: {
        number: highest(logs.map((log) => log.blockNumber)) ?? 0n,
        timestampUnixS: Math.floor(atMs / 1_000),
      },
      stale: false,
    },
    logs,
    taken: new Map(logs.flatMap((log) => (log.ownerLegId === null ? [] : [[log.key, log.ownerLegId]]))),
    settled: settled.map((row) => ({ number: row.blockNumber, hash: row.blockHash, readAtMs: row.settledAtMs ?? 0 })),
    refunds: legs.flatMap((leg) => {
      const wanted = { withdrawal: "failed_withdrawal", redemption: "failed" };
      const failed = leg.state === wanted.withdrawal ? leg.carried.withdrawalId : leg.carried.redemptionId;
      const looks = leg.state === wanted.withdrawal || leg.state === wanted.redemption;
      const refund = record.refunds.find(
        (row) => row.refundOf === failed && row.amountBaseUnits === leg.amountCentavos * BASE_UNITS_PER_CENTAVO,
      );
      return looks && refund && isPast(refund.createdAtMs) ? [{ legId: leg.id, id: refund.id }] : [];
    }),
    watched: record.watched.filter((row) => isPast(claimedAtMs.get(row.claimId) ?? atMs) && isOpen(row.settledAtMs)),
    lookups: new Map(),
    accounts: record.accounts.flatMap(({ legId, payee }) => (legId === null ? [] : [{ legId, payee }])),
    // The newest first: of a leg the first one counts.
    screenings: record.screenings.filter((row) => isPast(row.answeredAtMs)).toReversed(),
    strays: record.strays.filter((debit) => isPast(record.bankReadAtMs.get(debit.id) ?? atMs)),
  };
}

const UNANSWERED = { outcome: "pending", outsideId: null, when: null, reason: null, closedAtMs: null } as const;

/** Nothing before it was made; until it was read as it is now, what may be said of it without its last news. */
function bankRowAt(row: BankRow, readAtMs: number, atMs: number): readonly BankRow[] {
  if (readAtMs <= atMs) return [row];
  if (row.createdAtMs > atMs) return [];
  return [{ ...row, status: row.refunded ? row.status : "PENDING", refunded: false }];
}

const highest = (numbers: readonly bigint[]) =>
  numbers.reduce<bigint | null>((a, b) => (a === null || b > a ? b : a), null);
