import { type AnyColumn, and, asc, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { ReleaseParty } from "../payments/releaseBy.ts";
import type { ChainTransactionRow } from "./chainTransactions.ts";
import type { Queryable } from "./database.ts";
import { toLeg } from "./legRow.ts";
import { type PayoutAccount, readPayoutAccounts } from "./payoutAccounts.ts";
import type { ReleaseApproval } from "./releaseApprovals.ts";
import {
  attempt,
  chainTransaction,
  claim,
  lane,
  leg,
  notice,
  party,
  payment,
  releaseApproval,
  speiDeposit,
} from "./schema/index.ts";

/** All that a reader is shown of a payment, beside its history. */
export type PaymentRecord = Readonly<{
  payment: typeof payment.$inferSelect;
  /** On which chain its lane is. */
  chainId: number | null;
  /** Null once it was erased. */
  party: typeof party.$inferSelect | null;
  legs: readonly Leg[];
  /** To which account each leg pays each of those whom it may pay; none once they were erased. */
  accounts: readonly PayoutAccount[];
  transactions: readonly ChainTransactionRow[];
  /** Which parties have approved a release before custody's end, oldest first. */
  approvals: readonly ReleaseApproval[];
  /** Of a payment that asks for the parties' approvals: when each was last mailed a link by which it may approve. */
  mailed: readonly Readonly<{ audience: ReleaseParty; sentAtMs: number }>[];
  /** The bank's own ids of our orders, also after the legs have moved on from carrying them. */
  bank: Readonly<{ withdrawalId: string | null; redemptionId: string | null }>;
  /** The SPEI deposit's clave de rastreo, or its id where the bank tells none. */
  reference: string | null;
  /** In whose name that SPEI was paid; null where the bank told none, or it was erased. */
  depositPayerName: string | null;
}>;

/** These payments as far as they exist, in the order of `ids`; a query for each table, however many they are. */
export async function readPayments(db: Queryable, ids: readonly number[]): Promise<readonly PaymentRecord[]> {
  if (ids.length === 0) return [];
  const payments = await db
    .select({ payment, party, chainId: lane.chainId })
    .from(payment)
    // Asked of both: with the payments' numbers alone Postgres may read every party to find theirs.
    .leftJoin(party, and(eq(party.paymentId, payment.id), among(party.paymentId, ids)))
    .leftJoin(lane, eq(lane.name, payment.lane))
    .where(among(payment.id, ids));
  const legRows = await db.select().from(leg).where(among(leg.paymentId, ids)).orderBy(asc(leg.id));
  const legs = legRows.map(toLeg);
  const legIds = legs.map((one) => one.id);
  const transactions = await db
    .select()
    .from(chainTransaction)
    .where(among(chainTransaction.legId, legIds))
    .orderBy(asc(chainTransaction.id));
  const accepted = await db
    .select({ legId: attempt.legId, action: attempt.action, outsideId: attempt.outsideId })
    .from(attempt)
    .where(and(among(attempt.legId, legIds), eq(attempt.outcome, "done")))
    .orderBy(asc(attempt.id));
  const references = await readReferences(db, legIds);
  const accounts = await readPayoutAccounts(db, ids);
  const approvals = await db
    .select()
    .from(releaseApproval)
    .where(among(releaseApproval.paymentId, ids))
    .orderBy(asc(releaseApproval.recordedAtMs), asc(releaseApproval.party));
  const mailed = await readMailed(
    db,
    payments.filter((row) => row.payment.releaseBy === "both_approvals").map((row) => row.payment.id),
  );
  return ids.flatMap((id) => {
    const found = payments.find((row) => row.payment.id === id);
    if (found === undefined) return [];
    const own = legs.filter((one) => one.paymentId === id);
    const isOwn = (row: { legId: number | null }) => own.some((one) => one.id === row.legId);
    const newest = (action: string) =>
      accepted.findLast((row) => row.action === action && isOwn(row))?.outsideId ?? null;
    return {
      ...found,
      legs: own,
      accounts: accounts.filter(isOwn),
      transactions: transactions.filter(isOwn),
      approvals: approvals.filter(({ paymentId }) => paymentId === id),
      mailed: mailed.filter(({ paymentId }) => paymentId === id),
      bank: { withdrawalId: newest("withdraw"), redemptionId: newest("redeem") },
      reference: references.find(isOwn)?.reference ?? null,
      depositPayerName: references.find(isOwn)?.senderName ?? null,
    };
  });
}

async function readMailed(db: Queryable, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const { paymentId, audience, sentAtMs } = notice;
  const rows = await db
    .selectDistinctOn([paymentId, audience], { paymentId, audience, sentAtMs })
    .from(notice)
    .where(and(among(paymentId, ids), eq(notice.state, "sent")))
    .orderBy(paymentId, audience, desc(sentAtMs));
  return rows.flatMap((row) => (row.sentAtMs === null ? [] : [{ ...row, sentAtMs: row.sentAtMs }]));
}

async function readReferences(db: Queryable, legIds: readonly number[]) {
  const rows = await db
    .select({
      legId: claim.legId,
      fid: speiDeposit.fid,
      claveRastreo: speiDeposit.claveRastreo,
      senderName: speiDeposit.senderName,
    })
    .from(claim)
    .innerJoin(speiDeposit, eq(speiDeposit.fid, claim.outsideId))
    .where(and(eq(claim.source, "spei_deposit"), isNull(claim.freedAtMs), among(claim.legId, legIds)));
  return rows.map(({ legId, fid, claveRastreo, senderName }) => ({
    legId,
    reference: claveRastreo ?? fid,
    senderName,
  }));
}

/** As one parameter: a page has up to two hundred legs, and a statement with a parameter each costs more than its answer. */
const among = (column: AnyColumn, ids: readonly number[]): SQL =>
  sql`${column} = any(${sql.param([...ids])}::integer[])`;
