import { isOver, type Leg, mayEndFrom, refuseMisfit, waitsForEndOf } from "../../../reactor/payments/leg.ts";
import { statusOf } from "../../../reactor/payments/status.ts";
import type { Lease } from "../../../reactor/store/holdLease.ts";
import { toLeg } from "../../../reactor/store/legRow.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { Books, LegRow } from "./books.ts";

const LEASE_MS = 30_000;
const FAILURES_BEFORE_REVIEW = 5;
const PAUSE_MS = 5_000;

type Legs = Pick<
  Store,
  | "claimLegs"
  | "holdLease"
  | "stillHeld"
  | "releaseLegs"
  | "saveLeg"
  | "saveWait"
  | "saveFailure"
  | "setCustodyEnd"
  | "wakeStates"
>;

/** The legs as reactor/store keeps them: leases, compare-and-set, wake-ups. @param isAlive whether a holder has its lock. */
export function legsIn(books: Books, isAlive: (holder: number) => boolean): Legs {
  const now = books.nowMs;
  const change = (row: LegRow, part: Partial<LegRow>) => books.legs.put(row.id, { ...row, ...part });
  const wake = (row: LegRow) => change(row, { dueAtMs: now(), wokenAtMs: now() });
  const isHeld = (leg: Leg, { holder, untilMs }: Lease) => {
    const row = asItWas(leg);
    return row?.leaseHolder === holder && row.leaseUntilMs === untilMs && untilMs > now();
  };
  const asItWas = (leg: Leg, version = leg.version) => {
    const row = books.legs.get(leg.id);
    return row?.version === version ? row : undefined;
  };
  const isDue = ({ dueAtMs, state, leaseHolder, leaseUntilMs }: LegRow, nowMs: number) => {
    const isFree = leaseHolder === null || (leaseUntilMs ?? 0) < nowMs || !isAlive(leaseHolder);
    return dueAtMs !== null && dueAtMs <= nowMs && state !== "review" && isFree;
  };
  const waitsFor = (row: LegRow, kind: Leg["kind"]) =>
    row.state === "waiting" && row.leaseHolder === null && waitsForEndOf(row) === kind;
  const nextDue = () => {
    for (let alarm = books.alarms.peek(); alarm !== undefined; alarm = books.alarms.peek()) {
      const row = books.legs.get(alarm.id);
      const isFree = row?.leaseHolder === null && row.state !== "review";
      if (isFree && row.dueAtMs === alarm.dueAtMs) return alarm.dueAtMs;
      books.alarms.pop();
    }
    return null;
  };
  return {
    claimLegs: async (holder, limit) => {
      const nowMs = now();
      const due = new Map(books.leased().flatMap((row) => (isDue(row, nowMs) ? [[row.id, row]] : [])));
      const free: LegRow[] = [];
      while ((books.alarms.peek()?.dueAtMs ?? Number.POSITIVE_INFINITY) <= nowMs && free.length < limit) {
        const alarm = books.alarms.pop();
        const row = alarm && books.legs.get(alarm.id);
        if (!row || row.dueAtMs !== alarm.dueAtMs || !isDue(row, nowMs) || due.has(row.id)) continue;
        due.set(row.id, row);
        free.push(row);
      }
      if (due.size === 0) return { legs: [], waiting: [], lease: null, nowMs, nextDueMs: nextDue() };
      const lease = { holder, untilMs: nowMs + LEASE_MS };
      const oldest = [...due.values()].sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0) || a.id - b.id);
      // What is left for the next batch is found again.
      for (const { id, dueAtMs, leaseHolder } of oldest.slice(limit)) {
        if (dueAtMs !== null && leaseHolder === null) books.alarms.push({ id, dueAtMs });
      }
      const leased = oldest
        .slice(0, limit)
        .map((row) => change(row, { leaseHolder: lease.holder, leaseUntilMs: lease.untilMs }));
      const waiting = leased.flatMap(({ paymentId, kind, state, failures }) =>
        failures > 0 || !mayEndFrom.has(state)
          ? []
          : books.ofPayment.of(paymentId).filter((row) => waitsFor(row, kind)),
      );
      return { legs: leased.map(toLeg), waiting: waiting.map(toLeg), lease, nowMs, nextDueMs: null };
    },

    holdLease: async (leg, lease) => isHeld(leg, lease),
    stillHeld: async (legs, lease) => new Set(legs.flatMap((leg) => (isHeld(leg, lease) ? [leg.id] : []))),

    releaseLegs: async (legs) => {
      for (const { id } of legs) {
        const row = books.legs.get(id);
        if (row) change(row, { leaseHolder: null, leaseUntilMs: null, dueAtMs: now() + 1_000 });
      }
    },

    saveLeg: async (next, kept) => {
      refuseMisfit(next);
      const row = asItWas(next, next.version - 1);
      if (row === undefined) return false;
      const { state, reviewFrom, version, generation, payee, carried, enteredAtMs, deadlineAtMs } = next;
      const dueAtMs = next.state === "review" || isOver(next) ? null : now();
      const moved = { state, reviewFrom, version, generation, payee, carried, enteredAtMs, deadlineAtMs, dueAtMs };
      const isClaimed = row.leaseHolder === kept?.holder && row.leaseUntilMs === kept?.untilMs;
      const isKept = kept && (isClaimed || (kept.taken === true && row.leaseHolder === null));
      const lease = isKept
        ? { leaseHolder: kept.holder, leaseUntilMs: kept.untilMs }
        : { leaseHolder: null, leaseUntilMs: null };
      change(row, { ...moved, reason: null, ...lease, failures: 0 });
      for (const sibling of books.ofPayment.of(next.paymentId)) {
        if (isOver(next) && sibling.state === "waiting" && waitsForEndOf(sibling) === next.kind) wake(sibling);
      }
      saveStatus(books, next.paymentId);
      return true;
    },

    saveWait: async (waiting, wait, nowMs) => {
      const row = asItWas(waiting);
      if (row === undefined) return;
      const deadlineMs = waiting.deadlineAtMs !== null && waiting.deadlineAtMs > nowMs ? waiting.deadlineAtMs : null;
      const moments = [wait.untilMs, deadlineMs].filter((moment) => moment !== null);
      const until = moments.length === 0 ? null : Math.min(...moments);
      const woken = row.wokenAtMs !== null && row.wokenAtMs >= nowMs;
      change(row, { reason: wait.reason, dueAtMs: woken ? now() : until, leaseHolder: null, leaseUntilMs: null });
    },

    setCustodyEnd: async (paymentId, custodyEndMs) => {
      const payment = books.payments.get(paymentId);
      if (payment) books.payments.put(paymentId, { ...payment, custodyEndMs, updatedAtMs: now() });
    },

    saveFailure: async (failed) => {
      const row = asItWas(failed);
      if (row === undefined) return false;
      const failures = row.failures + 1;
      const freed = change(row, { failures, dueAtMs: now() + PAUSE_MS, leaseHolder: null, leaseUntilMs: null });
      if (failures < FAILURES_BEFORE_REVIEW || failed.state === "review") return false;
      const version = failed.version + 1;
      change(freed, { state: "review", reviewFrom: failed.state, version, dueAtMs: null, deadlineAtMs: null });
      saveStatus(books, failed.paymentId);
      return true;
    },

    wakeStates: async (kind, states) => {
      const rows = states.flatMap((state) => books.byWord.of(state)).filter((row) => row.kind === kind);
      for (const row of rows) wake(row);
      return rows.length;
    },
  };
}

function saveStatus(books: Books, paymentId: number): void {
  const payment = books.payments.get(paymentId);
  if (payment === undefined) throw new Error(`Payment ${paymentId} is not stored.`);
  const status = statusOf(books.ofPayment.of(paymentId));
  if (status !== payment.status) books.payments.put(paymentId, { ...payment, status, updatedAtMs: books.nowMs() });
}
