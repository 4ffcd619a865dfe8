import type { ChainFact, Claims, Facts, OwnTransaction, Screening } from "../payments/facts.ts";
import type { LaneAddresses } from "../payments/lanes.ts";
import type { Leg } from "../payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO, LARGE_AMOUNT_CENTAVOS } from "../payments/money.ts";
import type { Payee } from "../payments/payee.ts";
import type { ChainSend } from "../payments/table.ts";
import { type Debit, isLike, type OpenOrder } from "../payments/unexplainedDebits.ts";
import type { BankRows } from "./bankFacts.ts";
import type { Lookup } from "./candidates.ts";
import type { ChainIndex, IndexedHead, IndexedLog } from "./chainEvents.ts";
import { isStale } from "./isStale.ts";
import type { attempt, bankReading, chainTransaction, claim, head, leg, payment, ruling } from "./schema/index.ts";
import type { LastScreening } from "./screenings.ts";

/** What the facts need to know of the world's fixed names and limits. Addresses in lower case. */
export type FactsContext = LaneAddresses &
  ChainIndex &
  Readonly<{
    confirmations: bigint;
    keyLifetimeMs: number;
    askBankEveryMs: number;
    /** Facts older than this stop every new movement of money. */
    staleAfterMs: number;
    /** Payouts leave only once the check of names and sanctions has cleared them. */
    screens: boolean;
    /** The number of the reactor that asks. */
    holder: number;
  }>;

type PaymentRow = Pick<
  typeof payment.$inferSelect,
  "id" | "lane" | "amountCentavos" | "custodyEndMs" | "expiresAtMs" | "held" | "createdAtMs"
>;
type SiblingRow = Pick<typeof leg.$inferSelect, "id" | "paymentId" | "kind" | "state" | "carried">;
export type OwnRow = Pick<typeof chainTransaction.$inferSelect, "legId" | "action" | "generation" | "hash" | "state">;
export type AttemptRow = Omit<typeof attempt.$inferSelect, "key" | "evidence">;
export type ClaimRow = Pick<typeof claim.$inferSelect, "id" | "source" | "outsideId" | "legId">;

/** What is true of the whole world at the moment of the claim. */
export type Now = Readonly<{
  killed: boolean;
  settledHead: bigint | null;
  settledLargeHead: bigint | null;
  bankReadSinceMs: number | null;
  /**
   * The newest complete reading began before whoever asks took its number. Half of the start fence (DESIGN 6): a reactor's
   * bank money leaves after a reading since its start, and since a lost session, for the database may be another by then.
   */
  bankUnread: boolean;
  indexed: IndexedHead | null;
  stale: boolean;
}>;

/** The stored rows that concern a batch of legs. */
export type KnownRows = Readonly<{
  payments: readonly PaymentRow[];
  siblings: readonly SiblingRow[];
  /** In the order in which they were made. */
  attempts: readonly AttemptRow[];
  claims: readonly ClaimRow[];
  own: readonly OwnRow[];
  rulings: readonly (typeof ruling.$inferSelect)[];
  bank: BankRows;
  now: Now;
  logs: readonly IndexedLog[];
  /** Which leg has claimed which Transfer, by the log's key. */
  taken: ReadonlyMap<string, number>;
  /** Hashes of this chain's settled blocks. */
  settled: readonly Readonly<{ number: bigint; hash: string }>[];
  refunds: readonly Readonly<{ legId: number; id: string }>[];
  /** Consumed Transfers that are still watched, one entry each. */
  watched: readonly Readonly<{ legId: number }>[];
  /** To whom each leg knows an account to pay to. */
  accounts: readonly Readonly<{ legId: number; payee: Payee }>[];
  /** The check's last answer to each payout that is ready, for its account in force; none where no check is configured. */
  screenings: readonly LastScreening[];
  /** What each leg's open order may have become, by the leg's id. */
  lookups: ReadonlyMap<number, Lookup>;
  /** Debits at the bank that no order of ours explained when it was last read. */
  strays: readonly Debit[];
}>;

/** The leg's order of unknown outcome, by its first sending: what it became may be as old as that. */
export function openOrder(one: Leg, attempts: readonly AttemptRow[]): AttemptRow | undefined {
  const ofLeg = attemptsOf(one, attempts);
  const order = ofLeg.filter((row) => row.action === ofLeg.at(-1)?.action);
  if (order.some((row) => row.outcome === "done")) return undefined;
  return order.find((row) => row.outcome === "pending" || row.outcome === "unknown");
}

const attemptsOf = (one: Leg, attempts: readonly AttemptRow[]) =>
  attempts.filter((row) => row.legId === one.id && row.generation === one.generation);

/**
 * What the stored rows say about each leg. Pure.
 * @throws Error when a leg's payment is not among the rows, or goes by another lane than the context's: by its addresses
 *   nothing of that leg would be seen.
 */
export function factsOf(
  legs: readonly Leg[],
  rows: KnownRows,
  context: FactsContext,
  nowMs: number,
): ReadonlyMap<number, Facts> {
  const { now, taken } = rows;
  const soft = now.indexed === null ? null : now.indexed.number - context.confirmations;
  const settledHashes = new Set(rows.settled.map((block) => `${block.number}:${block.hash}`));
  // Each row is looked at once, not once per leg: a whole batch has thousands of them.
  const payments = new Map(rows.payments.map((row) => [row.id, row]));
  const siblingsOf = grouped(rows.siblings, (row) => row.paymentId);
  const attemptsOfLegs = grouped(rows.attempts, (row) => row.legId);
  const claimsOf = grouped(rows.claims, (row) => row.legId);
  const ownOf = grouped(rows.own, (row) => row.legId);
  const bankOf = grouped(rows.bank, (row) => row.legId);
  const shown = {
    ofTransaction: grouped(rows.logs, (log) => log.txHash),
    // Each lane's contract counts its own escrows: another one's has the same number.
    ofEscrow: grouped(rows.logs, (log) => (log.contract === context.escrowContract ? log.escrowId : null)),
  };
  const facts = new Map<number, Facts>();
  for (const one of legs) {
    const terms = payments.get(one.paymentId);
    if (terms === undefined) throw new Error(`Leg ${one.id} names payment ${one.paymentId}, which is not stored.`);
    if (terms.lane !== context.lane) throw new Error(`Leg ${one.id} goes by lane ${terms.lane}, not ${context.lane}.`);
    const settledHead = one.amountCentavos > LARGE_AMOUNT_CENTAVOS ? now.settledLargeHead : now.settledHead;
    const ownOfLeg = ownOf(one.id);
    const attemptsOfLeg = attemptsOf(one, attemptsOfLegs(one.id));
    const bankOfLeg = bankOf(one.id);
    const looked = rows.lookups.get(one.id) ?? { candidates: [], rivals: 0, turn: 0 };
    const claimed = (source: string) => claimsOf(one.id).find((row) => row.source === source)?.outsideId ?? null;
    const claimsOfLeg: Claims = {
      speiDeposit: claimed("spei_deposit"),
      issuance: claimed("issuance"),
      refund: rows.refunds.find((refund) => refund.legId === one.id)?.id ?? null,
      payoutReturn: returnOf(one, claimsOf(one.id)),
    };
    facts.set(one.id, {
      nowMs,
      terms: {
        amountCentavos: terms.amountCentavos,
        custodyEndMs: terms.custodyEndMs,
        expiresAtMs: terms.expiresAtMs,
        held: terms.held,
      },
      siblings: siblingsOf(one.paymentId)
        .filter(({ id }) => id !== one.id)
        .map(({ kind, state, carried }) => ({ kind, state, carried })),
      attempts: attemptsOfLeg,
      ownTransactions: ownOfLeg.map(toOwnTransaction),
      chain: logsOf(one, ownOfLeg, bankOfLeg, shown)
        .filter((log) => (taken.get(log.key) ?? one.id) === one.id)
        .map((log) => toChainFact(log, one, ownOfLeg, { soft, settledHead }, context, settledHashes)),
      bank: bankOfLeg,
      candidates: looked.candidates,
      rivals: looked.rivals,
      turn: looked.turn,
      claims: claimsOfLeg,
      strayDebitId: strayLike(nextOrder(one, terms.createdAtMs, context), rows.strays),
      unsettled: rows.watched.filter((row) => row.legId === one.id).length,
      depositRefunded: bankOfLeg.some((row) => row.link === "spei" && (row.refunded || row.status === "FAILED")),
      accountKnown: rows.accounts.some(({ legId, payee }) => legId === one.id && payee === one.payee),
      screening: context.screens ? screeningOf(one, rows.screenings, nowMs) : null,
      settledHead,
      bankReadSinceMs: now.bankReadSinceMs,
      chainTimeMs: now.indexed ? now.indexed.timestampUnixS * 1_000 : null,
      bridge: context.bridge,
      junoWallet: context.junoWallet,
      escrowContract: context.escrowContract,
      guards: { killed: now.killed, staleFacts: now.stale, bankUnread: now.bankUnread },
      ruling: rows.rulings.find((row) => row.legId === one.id)?.kind ?? null,
      keyLifetimeMs: context.keyLifetimeMs,
      askBankEveryMs: context.askBankEveryMs,
    });
  }
  return facts;
}

function screeningOf({ id }: Leg, screenings: KnownRows["screenings"], nowMs: number): Screening {
  const last = screenings.find(({ legId }) => legId === id);
  const isOld = last?.verdict === "clear" && (last.askAgainAtMs ?? 0) <= nowMs;
  if (last === undefined || last.verdict === "unknown" || isOld) return { verdict: "awaited", reference: null };
  return { verdict: last.verdict, reference: last.reference };
}

/** What came back of the redemption that the leg carries: of an earlier one it is another return. */
function returnOf({ carried }: Leg, claims: KnownRows["claims"]): string | null {
  const ordered = claims.find((row) => row.source === "bank_transaction" && row.outsideId === carried.redemptionId);
  const back = claims.find((row) => row.source === "payout_return" && ordered !== undefined && row.id > ordered.id);
  return back?.outsideId ?? null;
}

/** Hands out rows by a key of theirs, in the order in which they came. */
function grouped<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): (of: Key) => readonly Row[] {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return (of) => groups.get(of) ?? [];
}

/** Whether the leg may ask the bank for money in its state: what a waiting or ready leg orders may be decided by these very facts. */
export const mayOrder = (one: Leg): boolean => mayWithdraw(one) || mayRedeem(one);

const mayWithdraw = ({ kind, state }: Leg) => state === "withdrawing" || (kind === "custody" && state === "waiting");
const mayRedeem = ({ state }: Leg) => state === "redeeming" || state === "ready";

/** What the leg would ask the bank for in its state, as far as its debit could be told; null where it moves nothing there. */
function nextOrder(one: Leg, createdAtMs: number, { bridge }: FactsContext): OpenOrder | null {
  // The leg may be older than this state of it: after a restore, the lost order was given before the state was entered.
  const order = { amountBaseUnits: one.amountCentavos * BASE_UNITS_PER_CENTAVO, intendedAtMs: createdAtMs };
  if (mayWithdraw(one)) return { ...order, action: "withdraw", destination: bridge };
  if (mayRedeem(one)) return { ...order, action: "redeem", destination: one.carried.bankAccountId ?? "" };
  return null;
}

const strayLike = (order: OpenOrder | null, strays: readonly Debit[]) =>
  (order && strays.find((debit) => isLike(debit, order))?.id) ?? null;

const toOwnTransaction = (row: OwnRow): OwnTransaction => ({
  action: row.action as ChainSend,
  generation: row.generation,
  hash: row.hash,
  reverted: row.state === "reverted",
});

type Shown = Readonly<{
  ofTransaction: (hash: string) => readonly IndexedLog[];
  ofEscrow: (escrowId: string | null) => readonly IndexedLog[];
}>;

/** The logs of a leg's own transactions, of those that the bank names for it, and of its escrow, each once. */
function logsOf(one: Leg, own: readonly OwnRow[], bank: BankRows, { ofTransaction, ofEscrow }: Shown) {
  const logs = new Set<IndexedLog>();
  const add = (hash: string | null) => {
    if (hash !== null) for (const log of ofTransaction(hash)) logs.add(log);
  };
  for (const tx of own) add(tx.hash);
  for (const row of bank) add(row.txHash);
  if (one.carried.escrowId !== undefined) for (const log of ofEscrow(one.carried.escrowId)) logs.add(log);
  return [...logs];
}

function toChainFact(
  log: IndexedLog,
  { generation }: Leg,
  own: readonly OwnRow[],
  heads: { soft: bigint | null; settledHead: bigint | null },
  context: FactsContext,
  settledHashes: ReadonlySet<string>,
): ChainFact {
  const ours = own.filter((tx) => tx.hash === log.txHash);
  return {
    ...log,
    contract: log.contract === context.token ? "token" : "escrow",
    soft: heads.soft !== null && log.blockNumber <= heads.soft,
    settled:
      heads.settledHead !== null &&
      log.blockNumber <= heads.settledHead &&
      settledHashes.has(`${log.blockNumber}:${log.blockHash}`),
    ours: ours.length > 0,
    current: ours.some((tx) => tx.generation === generation),
  };
}

type Known = Readonly<{
  killed: boolean;
  heads: typeof head.$inferSelect | undefined;
  reading: Pick<typeof bankReading.$inferSelect, "startedAtMs" | "newestReactor"> | undefined;
  indexed: IndexedHead | null;
}>;

/** Reads heads and clocks together: facts that are too old to act on are stale. */
export function nowOf({ killed, heads, reading, indexed }: Known, context: FactsContext, nowMs: number): Now {
  return {
    killed,
    settledHead: heads?.settledNumber ?? null,
    settledLargeHead: heads?.settledLargeNumber ?? null,
    // One that began later than now was stored before the clock was set back: it saw nothing of what happened since.
    bankReadSinceMs: reading && reading.startedAtMs <= nowMs ? reading.startedAtMs : null,
    bankUnread: reading === undefined || reading.newestReactor < context.holder,
    indexed,
    stale: isStale({ head: heads ?? null, indexed, nowMs, staleAfterMs: context.staleAfterMs }),
  };
}
