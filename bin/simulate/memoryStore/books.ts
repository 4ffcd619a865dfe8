import type { NewBreak } from "../../../reactor/store/breaks.ts";
import { type Account, PAID_OUT } from "../../../reactor/store/schema/books.ts";
import type * as schema from "../../../reactor/store/schema/index.ts";
import type { ChainIndex } from "../chain/createIndex.ts";
import { createHeap } from "../heap.ts";
import { createTable, type Index, indexBy, type Journal, watchedBy } from "./table.ts";
import { keepUnclaimed } from "./unclaimed.ts";

export type LegRow = typeof schema.leg.$inferSelect;
export type PaymentRow = typeof schema.payment.$inferSelect;
export type PartyRow = typeof schema.party.$inferSelect;
export type AccountRow = typeof schema.payoutAccount.$inferSelect;
export type AttemptRow = typeof schema.attempt.$inferSelect;
export type ClaimRow = typeof schema.claim.$inferSelect;
export type TransferRow = typeof schema.transfer.$inferSelect;
export type EntryRow = Omit<typeof schema.entry.$inferSelect, "xact">;
export type OwnRow = typeof schema.chainTransaction.$inferSelect;
export type BankRow = typeof schema.bankTransaction.$inferSelect;
export type SpeiRow = typeof schema.speiDeposit.$inferSelect;
export type RefundRow = typeof schema.bankRefund.$inferSelect;
type Reading = Pick<typeof schema.bankReading.$inferSelect, "startedAtMs" | "newestReactor" | "availableBaseUnits">;
export type RulingRow = typeof schema.ruling.$inferSelect;
export type HeadRow = typeof schema.head.$inferSelect;
export type PullRow = Pick<
  typeof schema.killSwitch.$inferSelect,
  "id" | "why" | "pulledBy" | "told" | "liftedAtMs" | "finding"
>;
export type WatchedRow = typeof schema.watchedFact.$inferSelect;
/** What the watch over consumed logs writes; the rest is the reconciliation's. */
export type BreakRow = Pick<
  typeof schema.breaks.$inferSelect,
  keyof NewBreak | "number" | "openedAtMs" | "healedAtMs" | "healed"
>;
export type EventRow = Omit<typeof schema.event.$inferSelect, "xact">;

const DUE = "due";
const OPEN = "open";
const LEASED = "leased";
const HOUR_MS = 3_600_000;

/** Every table of the real schema that the step needs, in memory, with what the SQL would have found by its indexes. */
export type Books = ReturnType<typeof openBooks>;

/**
 * @param nowMs the database's clock.
 * @param index what stands for Ponder's views.
 */
export function openBooks(nowMs: () => number, index: ChainIndex, bridge: string) {
  const journal: Journal = { undo: null, touched: new Map(), onKept: () => undefined };
  /** Every due time that a free leg ever had: true only while the leg still has it. */
  const alarms = createHeap<{ id: number; dueAtMs: number }>(
    (a, b) => a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.id < b.id),
  );
  const legs = createTable<number, LegRow>(journal, [
    indexBy((row) => [row.paymentId]),
    indexBy((row) => [row.dueAtMs === null || row.state === "review" ? null : DUE]),
    indexBy((row) => [row.carried.escrowId ?? null]),
    indexBy((row) => [row.kind, row.state, row.reason]),
    () =>
      watchedBy((_, row) => {
        if (row) journal.touched.set(row.id, [...(journal.touched.get(row.id) ?? []), row]);
        if (row && row.dueAtMs !== null && row.leaseHolder === null) alarms.push({ id: row.id, dueAtMs: row.dueAtMs });
      }),
    indexBy((row) => [row.leaseHolder === null ? null : LEASED]),
  ]);
  const attempts = createTable<number, AttemptRow>(journal, [
    indexBy((row) => [row.legId]),
    indexBy((row) => [row.outsideId]),
    indexBy((row) => [isUnknown(row) ? `${row.action}:${row.amountCentavos}` : null]),
    indexBy((row) => [row.key]),
    indexBy((row) => [isUnknown(row) ? OPEN : null]),
  ]);
  const unclaimed = keepUnclaimed();
  const claims = createTable<number, ClaimRow>(journal, [
    indexBy((row) => [row.legId]),
    indexBy((row) => [`${row.source}:${row.outsideId}`]),
    indexBy((row) => [row.outsideId]),
    unclaimed.claims,
  ]);
  const transfers = createTable<number, TransferRow>(journal, [
    indexBy((row) => [row.legId]),
    indexBy((row) => [row.state === "pending" ? row.from : null]),
    indexBy((row) => [
      row.from === "juno" && PAID_OUT.includes(row.to) && row.state !== "voided"
        ? Math.floor(row.createdAtMs / HOUR_MS)
        : null,
    ]),
    indexBy((row) => [row.issuanceId]),
    indexBy((row) => [row.to === "suspense" ? OPEN : null]),
  ]);
  const balances = new Map<Account, bigint>();
  const entries = createTable<number, EntryRow>(journal, [
    () =>
      watchedBy((before, after) => {
        if (before) balances.set(before.account, (balances.get(before.account) ?? 0n) - before.amountCentavos);
        if (after) balances.set(after.account, (balances.get(after.account) ?? 0n) + after.amountCentavos);
      }),
  ]);
  const own = createTable<number, OwnRow>(journal, [
    indexBy((row) => [row.legId]),
    indexBy((row) => [row.hash]),
    indexBy((row) => [["reserved", "signed", "sent", "included"].includes(row.state) ? OPEN : null]),
    indexBy((row) => [row.action]),
  ]);
  const bank = createTable<string, BankRow>(journal, [
    indexBy((row) => [row.txHash]),
    indexBy((row) => [`${row.type}:${row.amountBaseUnits}`]),
    indexBy((row) => [row.fiatId]),
    indexBy((row) => [row.unexplainedReadings > 0 ? OPEN : null]),
    unclaimed.bank,
  ]);
  const watched = createTable<number, WatchedRow>(journal, [
    indexBy((row) => [row.settledAtMs === null ? OPEN : null]),
    indexBy((row) => [row.settledAtMs === null ? row.legId : null]),
  ]);
  const breaks = createTable<number, BreakRow>(journal, [
    indexBy((row) => [row.healedAtMs === null ? `${row.source}:${row.outsideId}` : null]),
  ]);
  const refunds = createTable<string, RefundRow>(journal, [indexBy((row) => [row.refundOf])]);
  const rulings = createTable<number, RulingRow>(journal, [
    indexBy((row) => [row.carriedOutAtMs === null ? row.legId : null]),
  ]);
  const pulls = createTable<number, PullRow>(journal, [indexBy((row) => [row.liftedAtMs === null ? OPEN : null])]);
  const accounts = createTable<number, AccountRow>(journal, [indexBy((row) => [row.legId])]);
  let lastId = 0;
  return {
    nowMs,
    index,
    bridge,
    journal,
    /** Numbers are given once, also when their transaction is undone: as a sequence does. */
    nextId: () => ++lastId,
    lastId: () => lastId,
    payments: createTable<number, PaymentRow>(journal),
    parties: createTable<number, PartyRow>(journal),
    accounts,
    accountsOf: nth(accounts, 0),
    signers: createTable<string, { address: string; nextNonce: number }>(journal),
    spei: createTable<string, SpeiRow>(journal, [unclaimed.spei]),
    heads: createTable<number, HeadRow>(journal),
    settled: createTable<string, { number: bigint; hash: string; readAtMs: number }>(journal),
    rulings,
    rulingsOf: nth(rulings, 0),
    pulls,
    openPulls: () => nth(pulls, 0).of(OPEN),
    unassigned: createTable<string, { why: string }>(journal),
    readings: createTable<"last" | "balance", Reading>(journal),
    inbox: createTable<string, { key: string }>(journal),
    /** How much of what the index ever showed is in the inbox: only to spare the time of looking at it all again. */
    taken: createTable<"logs", { upTo: number }>(journal),
    ...{ legs, attempts, claims, transfers, own, bank, refunds },
    ofPayment: nth(legs, 0),
    due: () => nth(legs, 1).of(DUE),
    dueCount: () => nth(legs, 1).count(DUE),
    alarms,
    leased: () => nth(legs, 5).of(LEASED),
    byEscrow: nth(legs, 2),
    byWord: nth(legs, 3),
    attemptsOf: nth(attempts, 0),
    attemptsNaming: nth(attempts, 1),
    unknownOrders: nth(attempts, 2),
    attemptsUnder: nth(attempts, 3),
    openAttempts: () => nth(attempts, 4).of(OPEN),
    ...{ watched, breaks },
    unsettled: () => nth(watched, 0).of(OPEN),
    unsettledOf: nth(watched, 1),
    openBreaks: nth(breaks, 0),
    strays: () => nth(bank, 3).of(OPEN),
    claimsOf: nth(claims, 0),
    claimsOn: nth(claims, 1),
    claimsNaming: nth(claims, 2),
    entries,
    /** Centavos by account. */
    balances: balances as ReadonlyMap<Account, bigint>,
    transfersOf: nth(transfers, 0),
    pendingFrom: nth(transfers, 1),
    /** What left the bank for others, by the hour of its intent. */
    outflowIn: nth(transfers, 2),
    ofIssuance: nth(transfers, 3),
    suspended: () => nth(transfers, 4).of(OPEN),
    ownOf: nth(own, 0),
    ownByHash: nth(own, 1),
    openOwn: () => nth(own, 2).of(OPEN),
    ownByAction: nth(own, 3),
    bankByHash: nth(bank, 0),
    bankByAmount: nth(bank, 1),
    bankByFiat: nth(bank, 2),
    unclaimed: unclaimed.of,
    refundsOf: nth(refunds, 0),
    events: createTable<number, EventRow>(journal),
  };
}

const isUnknown = (row: AttemptRow) => row.outcome === "pending" || row.outcome === "unknown";

function nth<Row>(table: Readonly<{ by: readonly Index<Row>[] }>, place: number): Index<Row> {
  const index = table.by[place];
  if (index === undefined) throw new Error(`The table has no index ${place}.`);
  return index;
}
