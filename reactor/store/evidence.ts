import { and, count, eq, gte, isNull, lte, max, min } from "drizzle-orm";
import type { ClaimSource } from "../payments/decision.ts";
import { type ChainIndex, type IndexedLog, readIndexedHead, readIndexedLogs } from "./chainEvents.ts";
import type { Queryable } from "./database.ts";
import { bankReading, bankRefund, bankTransaction, claim, installation, transfer } from "./schema/index.ts";

export type BankTransactionRow = typeof bankTransaction.$inferSelect;
export type RefundRow = typeof bankRefund.$inferSelect;

/** Which leg has claimed an outside fact; null while nobody has. */
export async function claimantOf(db: Queryable, source: ClaimSource, outsideId: string): Promise<number | null> {
  const [held] = await db
    .select({ legId: claim.legId })
    .from(claim)
    .where(and(eq(claim.source, source), eq(claim.outsideId, outsideId), isNull(claim.freedAtMs)));
  return held?.legId ?? null;
}

export async function findBankTransaction(db: Queryable, id: string): Promise<BankTransactionRow | null> {
  const [row] = await db.select().from(bankTransaction).where(eq(bankTransaction.id, id));
  return row ?? null;
}

export async function findRefund(db: Queryable, id: string): Promise<RefundRow | null> {
  const [row] = await db.select().from(bankRefund).where(eq(bankRefund.id, id));
  return row ?? null;
}

/** A log that the index shows now, at or under the soft head, by the chain's own key; else null. */
export async function findLog(
  db: Queryable,
  key: string,
  context: ChainIndex & Readonly<{ confirmations: bigint }>,
): Promise<IndexedLog | null> {
  const indexed = await readIndexedHead(db, context);
  const [, , txHash] = key.split(":");
  if (indexed === null || txHash === undefined) return null;
  const log = (await readIndexedLogs(db, context, { txHashes: [txHash], escrowIds: [] })).find(
    (one) => one.key === key,
  );
  return log !== undefined && log.blockNumber <= indexed.number - context.confirmations ? log : null;
}

/** The bank's clock and ours may differ by this much (DESIGN 6, rule 2). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** The first and last whole reading of an account that began after a moment and reached back to another one; null when there is none. */
export async function readingsAfter(
  db: Queryable,
  account: string,
  span: { startedAfterMs: number; reachingMs: number },
): Promise<{ firstMs: number; lastMs: number } | null> {
  const [row] = await db
    .select({ firstMs: min(bankReading.startedAtMs), lastMs: max(bankReading.startedAtMs) })
    .from(bankReading)
    .where(
      and(
        eq(bankReading.account, account),
        gte(bankReading.startedAtMs, span.startedAfterMs),
        lte(bankReading.sinceMs, span.reachingMs - CLOCK_TOLERANCE_MS),
      ),
    );
  return row?.firstMs != null && row.lastMs != null ? { firstMs: row.firstMs, lastMs: row.lastMs } : null;
}

/** Whether a movement of the leg's is reserved and neither posted nor voided. */
export async function hasPendingTransfer(db: Queryable, legId: number): Promise<boolean> {
  const [row] = await db
    .select({ n: count() })
    .from(transfer)
    .where(and(eq(transfer.legId, legId), eq(transfer.state, "pending")));
  return (row?.n ?? 0) > 0;
}

/** Who this database is: part of every order key. */
export async function readInstallationId(db: Queryable): Promise<string> {
  const [row] = await db.select({ id: installation.id }).from(installation);
  if (row === undefined) throw new Error("This database has no installation id: it was never migrated.");
  return row.id;
}
