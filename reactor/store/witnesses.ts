import { and, eq, inArray, min, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { witness } from "./schema/index.ts";

type Row = typeof witness.$inferSelect;

/** Postgres takes 65,535 parameters in one statement, and a row has sixteen. */
const ROWS_AT_ONCE = 2_000;

/** Stores witnesses as they are now, whatever they were. */
export async function saveWitnesses(tx: Queryable, rows: readonly Row[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await tx
      .insert(witness)
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .onConflictDoUpdate({
        target: witness.id,
        set: {
          status: sql`excluded.status`,
          amountBaseUnits: sql`excluded.amount_base_units`,
          accountId: sql`excluded.account_id`,
          to: sql`excluded.to_address`,
          txHash: sql`excluded.tx_hash`,
          changedAtMs: sql`excluded.changed_at`,
          legId: sql`excluded.leg_id`,
          ours: sql`excluded.ours`,
        },
      });
  }
}

/** Forgets all of an account's witnesses: they are read anew. */
export async function forgetWitnesses(tx: Queryable, account: string): Promise<void> {
  await tx.delete(witness).where(eq(witness.account, account));
}

/** What is stored of these already. */
export const readWitnesses = (db: Queryable, ids: readonly string[]): Promise<readonly Row[]> =>
  db
    .select()
    .from(witness)
    .where(sql`${witness.id} = any(${sql.param([...ids])}::text[])`);

/** Everything of some legs of an account, and everything there that is nobody's or somebody else's doing. */
export const witnessesOf = (db: Queryable, account: string, legs: readonly number[]): Promise<readonly Row[]> =>
  db
    .select()
    .from(witness)
    .where(
      and(
        eq(witness.account, account),
        sql`(not ${witness.ours} or ${witness.legId} = any(${sql.param([...legs])}::int[]))`,
      ),
    );

/** The bank's orders that name these transactions of the chain. */
export const withdrawalsNaming = (db: Queryable, account: string, hashes: readonly string[]): Promise<readonly Row[]> =>
  db
    .select()
    .from(witness)
    .where(
      and(
        eq(witness.account, account),
        eq(witness.kind, "CRYPTO_WITHDRAWAL"),
        sql`${witness.txHash} = any(${sql.param([...hashes])}::text[])`,
      ),
    );

/** Redemptions of ours, out of one of our bank accounts, to these registered ones. */
export const redemptionsTo = (db: Queryable, account: string, accounts: readonly string[]): Promise<readonly Row[]> =>
  db
    .select()
    .from(witness)
    .where(
      and(
        eq(witness.account, account),
        eq(witness.kind, "REDEMPTION"),
        witness.ours,
        inArray(witness.accountId, [...accounts]),
      ),
    );

/** When the bank took the oldest of what had not ended when an account was last read, unix ms; null where all has ended. */
export async function oldestOpenMs(db: Queryable, account: string): Promise<number | null> {
  const [row] = await db
    .select({ atMs: min(witness.atMs) })
    .from(witness)
    .where(and(eq(witness.account, account), inArray(witness.status, ["PENDING", "IN_PROGRESS"])));
  return row?.atMs ?? null;
}
