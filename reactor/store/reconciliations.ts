import { and, desc, eq, inArray, max, sql } from "drizzle-orm";
import { CLOCK_TOLERANCE_MS } from "../payments/clockTolerance.ts";
import type { OpenOrder } from "../payments/unexplainedDebits.ts";
import type { Queryable } from "./database.ts";
import { type OwnBridge, openOrders } from "./judgeDebits.ts";
import { isOfAccount } from "./lanes.ts";
import { bankTransaction, installation, leg, payment, reconciliation } from "./schema/index.ts";

export type Reconciliation = typeof reconciliation.$inferSelect;

/** An account's last one, from which the next one reads on; null before the first. */
export async function lastReconciliation(db: Queryable, account: string): Promise<Reconciliation | null> {
  const [row] = await db
    .select()
    .from(reconciliation)
    .where(eq(reconciliation.account, account))
    .orderBy(desc(reconciliation.id))
    .limit(1);
  return row ?? null;
}

/** When an account's last one that read everything began, unix ms; null before the first. */
export async function lastFullReadingMs(db: Queryable, account: string): Promise<number | null> {
  const [row] = await db
    .select({ ms: max(reconciliation.startedAtMs) })
    .from(reconciliation)
    .where(and(eq(reconciliation.account, account), eq(reconciliation.span, "full")));
  return row?.ms ?? null;
}

export async function saveReconciliation(tx: Queryable, done: typeof reconciliation.$inferInsert): Promise<void> {
  await tx.insert(reconciliation).values(done);
}

export type OrderedLegRow = Pick<typeof leg.$inferSelect, "id" | "paymentId" | "kind" | "amountCentavos">;

/** What some legs of an account were ordered for. @param ids null for all that it has. */
export async function readOrderedLegs(
  db: Queryable,
  account: string,
  ids: readonly number[] | null,
): Promise<readonly OrderedLegRow[]> {
  const { id, paymentId, kind, amountCentavos } = leg;
  const isAsked = ids === null ? undefined : sql`${id} = any(${sql.param([...ids])}::int[])`;
  return db
    .select({ id, paymentId, kind, amountCentavos })
    .from(leg)
    .where(and(isOfAccount(leg.lane, account), isAsked));
}

/** What came into our books as nobody's, and which orders to the bank may still show as one of its debits. */
export async function readKnownStrays(
  db: Queryable,
  ours: OwnBridge,
): Promise<Readonly<{ suspended: ReadonlyMap<string, bigint>; openOrders: readonly OpenOrder[] }>> {
  const { rows } = await db.execute<{ id: string; centavos: string }>(sql`
    select issuance_id as id, amount_centavos::text as centavos from kustodia.transfer where to_place = 'suspense'`);
  const suspended = new Map(rows.map(({ id, centavos }) => [id, BigInt(centavos)]));
  return { suspended, openOrders: await openOrders(db, ours) };
}

export type BankDetails = Pick<
  typeof bankTransaction.$inferSelect,
  "id" | "status" | "txHash" | "bankAccountId" | "address"
>;

/** What an earlier reading learnt of these transactions that the bank's list does not say. */
export async function readBankDetails(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BankDetails>> {
  const { id, status, txHash, bankAccountId, address } = bankTransaction;
  const rows = await db
    .select({ id, status, txHash, bankAccountId, address })
    .from(bankTransaction)
    .where(sql`${id} = any(${sql.param([...ids])}::text[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** When its history began, unix ms: with this database, or with the oldest payment that was brought in. What the bank did before is another one's. */
export async function begunAtMs(db: Queryable): Promise<number> {
  const [row] = await db.select({ ms: installation.createdAtMs }).from(installation);
  if (row === undefined) throw new Error("The database has no installation: it was never migrated.");
  const [oldest] = await db.select({ ms: payment.createdAtMs }).from(payment).orderBy(payment.createdAtMs).limit(1);
  return Math.min(row.ms, (oldest?.ms ?? row.ms) - CLOCK_TOLERANCE_MS);
}

/** How many payments an account has ever had. */
export async function countPayments(db: Queryable, account: string): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from kustodia.payment
    where lane in (select name from kustodia.lane where account = ${account})`);
  return rows[0]?.count ?? 0;
}

/** Makes legs due now: what the outside showed of them is for their own evidence to take. */
export async function wakeLegs(db: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(leg)
    .set({ dueAtMs: sql`now()`, wokenAtMs: sql`clock_timestamp()` })
    .where(inArray(leg.id, [...ids]));
}
