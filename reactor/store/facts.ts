import { and, desc, eq, getTableColumns, gt, inArray, isNull } from "drizzle-orm";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import { anyOf } from "./anyOf.ts";
import { readBankRows } from "./bankFacts.ts";
import { type Lookup, readCandidates } from "./candidates.ts";
import { type IndexedLog, readIndexedHead, readIndexedLogs } from "./chainEvents.ts";
import type { Database } from "./database.ts";
import { type FactsContext, factsOf, type Now, nowOf, openOrder } from "./factsOf.ts";
import { toDebit } from "./judgeDebits.ts";
import { isKilled } from "./killSwitch.ts";
import { readPayoutAccounts } from "./payoutAccounts.ts";
import {
  attempt,
  bankReading,
  bankRefund,
  bankTransaction,
  chainTransaction,
  claim,
  head,
  leg,
  payment,
  ruling,
  settledBlock,
  watchedFact,
} from "./schema/index.ts";
import { readScreenings } from "./screenings.ts";

// What deciding needs, and no more: the bank's answers and signed bytes are most of their rows.
const { id, lane, amountCentavos, custodyEndMs, expiresAtMs, held, createdAtMs } = payment;
const OF_PAYMENT = { id, lane, amountCentavos, custodyEndMs, expiresAtMs, held, createdAtMs };
const OF_SIBLING = { id: leg.id, paymentId: leg.paymentId, kind: leg.kind, state: leg.state, carried: leg.carried };
const { key: _key, evidence: _evidence, ...OF_ATTEMPT } = getTableColumns(attempt);
const OF_CLAIM = { id: claim.id, source: claim.source, outsideId: claim.outsideId, legId: claim.legId };
const { legId, action, generation, hash, state } = chainTransaction;
const OF_CALL = { legId, action, generation, hash, state };

/**
 * Everything that deciding about these legs takes, read in one pass for the whole batch and outside any transaction, on
 * several connections.
 * @param nowMs the database's clock at the claim, unix ms.
 */
export async function loadFacts(
  db: Database,
  legs: readonly Leg[],
  context: FactsContext,
  nowMs: number,
): Promise<ReadonlyMap<number, Facts>> {
  const legIds = legs.map((one) => one.id);
  const paymentIds = [...new Set(legs.map((one) => one.paymentId))];
  // Who waits may register its account in the turn that it moves in.
  const registering = legs.filter(
    ({ kind, state }) => kind === "payout" && (state === "account" || state === "waiting"),
  );
  // Beside each other, since a leg's next call waits for the last of them. Each of the later ones asks for what these name, and
  // what the newest reading and the index show is asked after how far they have come: it may be newer than that, never older.
  const [payments, siblings, attempts, claims, own, rulings, now, watched, known, screenings] = await Promise.all([
    db.select(OF_PAYMENT).from(payment).where(anyOf(payment.id, paymentIds)),
    db.select(OF_SIBLING).from(leg).where(anyOf(leg.paymentId, paymentIds)),
    db.select(OF_ATTEMPT).from(attempt).where(anyOf(attempt.legId, legIds)).orderBy(attempt.id),
    db
      .select(OF_CLAIM)
      .from(claim)
      .where(and(anyOf(claim.legId, legIds), isNull(claim.freedAtMs))),
    db.select(OF_CALL).from(chainTransaction).where(anyOf(chainTransaction.legId, legIds)),
    db
      .select()
      .from(ruling)
      .where(and(anyOf(ruling.legId, legIds), isNull(ruling.carriedOutAtMs)))
      .orderBy(ruling.id),
    readNow(db, context, nowMs),
    db
      .select({ legId: watchedFact.legId })
      .from(watchedFact)
      .where(and(anyOf(watchedFact.legId, legIds), isNull(watchedFact.settledAtMs))),
    readPayoutAccounts(
      db,
      registering.map(({ paymentId }) => paymentId),
    ),
    context.screens ? readScreenings(db, legs) : [],
  ]);
  const [bank, refunds, strays] = await Promise.all([
    readBankRows(db, context.account, legs, attempts, claims, own),
    readRefunds(db, legs),
    db
      .select()
      .from(bankTransaction)
      .where(and(gt(bankTransaction.unexplainedReadings, 0), eq(bankTransaction.account, context.account))),
  ]);
  const wanted = {
    txHashes: [...own.flatMap((tx) => tx.hash ?? []), ...bank.flatMap((row) => row.txHash ?? [])],
    escrowIds: legs.flatMap((one) => one.carried.escrowId ?? []),
  };
  // Before the index has shown anything its views do not even exist.
  const logs = now.indexed === null ? [] : await readIndexedLogs(db, context, wanted);
  const blocks = [...new Set(logs.map((log) => log.blockNumber))];
  const [taken, settled] = await Promise.all([
    readTakenTransfers(db, logs),
    blocks.length === 0
      ? []
      : db
          .select()
          .from(settledBlock)
          .where(and(eq(settledBlock.chainId, context.chainId), anyOf(settledBlock.number, blocks))),
  ]);

  // What is known of a leg must not depend on who else is looked at.
  const accounts = known.filter(({ legId }) => registering.some(({ id }) => id === legId));
  const lookups = new Map<number, Lookup>();
  for (const one of legs) {
    const open = openOrder(one, attempts);
    if (open) lookups.set(one.id, await readCandidates(db, one, open, context));
  }
  const rows = {
    payments,
    siblings,
    attempts,
    claims,
    own,
    rulings,
    bank,
    now,
    logs,
    taken,
    settled,
    refunds,
    watched,
    accounts,
    screenings,
    lookups,
    strays: strays.map(toDebit),
  };
  return factsOf(legs, rows, context, nowMs);
}

/** Which leg has claimed which Transfer: a log that closed one effect is no evidence for another. */
async function readTakenTransfers(db: Database, logs: readonly IndexedLog[]): Promise<ReadonlyMap<string, number>> {
  const keys = logs.filter((log) => log.kind === "Transfer").map((log) => log.key);
  if (keys.length === 0) return new Map();
  const rows = await db
    .select({ key: claim.outsideId, legId: claim.legId })
    .from(claim)
    .where(and(eq(claim.source, "token_transfer"), anyOf(claim.outsideId, keys), isNull(claim.freedAtMs)));
  return new Map(rows.map((row) => [row.key, row.legId]));
}

async function readRefunds(db: Database, legs: readonly Leg[]): Promise<readonly { legId: number; id: string }[]> {
  const wanted = legs.flatMap((one) => {
    const failed = one.state === "failed_withdrawal" ? one.carried.withdrawalId : one.carried.redemptionId;
    const looks = one.state === "failed_withdrawal" || one.state === "failed";
    return looks && failed ? [{ legId: one.id, failed, baseUnits: one.amountCentavos * BASE_UNITS_PER_CENTAVO }] : [];
  });
  if (wanted.length === 0) return [];
  const rows = await db
    .select()
    .from(bankRefund)
    .where(
      inArray(
        bankRefund.refundOf,
        wanted.map((one) => one.failed),
      ),
    );
  return wanted.flatMap(({ legId, failed, baseUnits }) => {
    const refund = rows.find((row) => row.refundOf === failed && row.amountBaseUnits === baseUnits);
    return refund ? [{ legId, id: refund.id }] : [];
  });
}

async function readNow(db: Database, context: FactsContext, nowMs: number): Promise<Now> {
  const [killed, [heads], [reading], indexed] = await Promise.all([
    isKilled(db, context),
    db.select().from(head).where(eq(head.chainId, context.chainId)),
    db
      .select()
      .from(bankReading)
      .where(eq(bankReading.account, context.account))
      .orderBy(desc(bankReading.id))
      .limit(1),
    readIndexedHead(db, context),
  ]);
  return nowOf({ killed, heads, reading, indexed }, context, nowMs);
}
