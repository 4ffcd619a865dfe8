import { and, desc, eq, getTableColumns, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import { anyOf } from "./anyOf.ts";
import { namedByLegs, readBankRows } from "./bankFacts.ts";
import { builtOnce } from "./builtOnce.ts";
import { type Lookup, readCandidates } from "./candidates.ts";
import { type IndexedLog, readIndexedHead, readIndexedLogs } from "./chainEvents.ts";
import type { Database } from "./database.ts";
import { type FactsContext, factsOf, mayOrder, type Now, nowOf, openOrder } from "./factsOf.ts";
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

const LEGS = sql.placeholder("legIds");
const PAYMENTS = sql.placeholder("paymentIds");

const paymentsOf = builtOnce((db) =>
  db.select(OF_PAYMENT).from(payment).where(anyOf(payment.id, PAYMENTS)).prepare(""),
);
const siblingsOf = builtOnce((db) => db.select(OF_SIBLING).from(leg).where(anyOf(leg.paymentId, PAYMENTS)).prepare(""));
const attemptsOf = builtOnce((db) =>
  db.select(OF_ATTEMPT).from(attempt).where(anyOf(attempt.legId, LEGS)).orderBy(attempt.id).prepare(""),
);
const claimsOf = builtOnce((db) =>
  db
    .select(OF_CLAIM)
    .from(claim)
    .where(and(anyOf(claim.legId, LEGS), isNull(claim.freedAtMs)))
    .prepare(""),
);
const callsOf = builtOnce((db) =>
  db.select(OF_CALL).from(chainTransaction).where(anyOf(chainTransaction.legId, LEGS)).prepare(""),
);
const rulingsOf = builtOnce((db) =>
  db
    .select()
    .from(ruling)
    .where(and(anyOf(ruling.legId, LEGS), isNull(ruling.carriedOutAtMs)))
    .orderBy(ruling.id)
    .prepare(""),
);
const watchedOf = builtOnce((db) =>
  db
    .select({ legId: watchedFact.legId })
    .from(watchedFact)
    .where(and(anyOf(watchedFact.legId, LEGS), isNull(watchedFact.settledAtMs)))
    .prepare(""),
);
const straysOf = builtOnce((db) =>
  db
    .select()
    .from(bankTransaction)
    .where(and(gt(bankTransaction.unexplainedReadings, 0), eq(bankTransaction.account, sql.placeholder("account"))))
    .prepare(""),
);
const settledAt = builtOnce((db) =>
  db
    .select({ number: settledBlock.number, hash: settledBlock.hash })
    .from(settledBlock)
    .where(
      and(eq(settledBlock.chainId, sql.placeholder("chainId")), anyOf(settledBlock.number, sql.placeholder("blocks"))),
    )
    .prepare(""),
);
const takenOf = builtOnce((db) =>
  db
    .select({ key: claim.outsideId, legId: claim.legId })
    .from(claim)
    .where(
      and(eq(claim.source, "token_transfer"), anyOf(claim.outsideId, sql.placeholder("keys")), isNull(claim.freedAtMs)),
    )
    .prepare(""),
);
const headOf = builtOnce((db) =>
  db
    .select()
    .from(head)
    .where(eq(head.chainId, sql.placeholder("chainId")))
    .prepare(""),
);
const newestReading = builtOnce((db) =>
  db
    .select({ startedAtMs: bankReading.startedAtMs, newestReactor: bankReading.newestReactor })
    .from(bankReading)
    .where(eq(bankReading.account, sql.placeholder("account")))
    .orderBy(desc(bankReading.id))
    .limit(1)
    .prepare(""),
);

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
  // No other leg has calls to the chain, or claims on its logs.
  const onChain = legs.filter(({ kind }) => kind === "custody").map((one) => one.id);
  // Who waits may register its account in the turn that it moves in.
  const registering = legs.filter(
    ({ kind, state }) => kind === "payout" && (state === "account" || state === "waiting"),
  );
  // Beside each other, since a leg's next call waits for the last of them. Each of the later ones asks for what these name, and
  // what the newest reading and the index show is asked after how far they have come: it may be newer than that, never older.
  const [payments, siblings, attempts, claims, own, rulings, now, watched, known, screenings] = await Promise.all([
    paymentsOf(db).execute({ paymentIds }),
    siblingsOf(db).execute({ paymentIds }),
    attemptsOf(db).execute({ legIds }),
    claimsOf(db).execute({ legIds }),
    onChain.length === 0 ? [] : callsOf(db).execute({ legIds: onChain }),
    rulingsOf(db).execute({ legIds }),
    readNow(db, context, nowMs),
    onChain.length === 0 ? [] : watchedOf(db).execute({ legIds: onChain }),
    readPayoutAccounts(
      db,
      registering.map(({ paymentId }) => paymentId),
    ),
    context.screens ? readScreenings(db, legs) : [],
  ]);
  const wanted = {
    txHashes: own.flatMap((tx) => tx.hash ?? []),
    escrowIds: legs.flatMap((one) => one.carried.escrowId ?? []),
    listed: { account: context.account, ids: [...namedByLegs(legs, attempts, claims).keys()] },
  };
  const [bank, refunds, strays, logs] = await Promise.all([
    readBankRows(db, context.account, legs, attempts, claims, own),
    readRefunds(db, legs),
    legs.some(mayOrder) ? straysOf(db).execute({ account: context.account }) : [],
    // Before the index has shown anything its views do not even exist.
    now.indexed === null ? [] : readIndexedLogs(db, context, wanted),
  ]);
  const blocks = [...new Set(logs.map((log) => log.blockNumber))];
  const [taken, settled] = await Promise.all([
    readTakenTransfers(db, logs),
    blocks.length === 0 ? [] : settledAt(db).execute({ chainId: context.chainId, blocks }),
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
  const rows = await takenOf(db).execute({ keys });
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
    headOf(db).execute({ chainId: context.chainId }),
    newestReading(db).execute({ account: context.account }),
    readIndexedHead(db, context),
  ]);
  return nowOf({ killed, heads, reading, indexed }, context, nowMs);
}
