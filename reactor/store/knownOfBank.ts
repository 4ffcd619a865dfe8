import { sql } from "drizzle-orm";
import type { BankFact } from "../payments/facts.ts";
import type { Queryable } from "./database.ts";

export type KnownSince = Readonly<{
  count: number;
  /** Ids of those that had not ended when the bank was last asked. */
  open: readonly string[];
}>;

const TYPES: readonly BankFact["type"][] = [
  ...(["ISSUANCE", "REDEMPTION", "CRYPTO_DEPOSIT", "CRYPTO_WITHDRAWAL", "CONVERSION"] as const),
];

/** How many transactions of an account that were created at or after a moment (unix ms) are known, and which of them are open. */
export async function transactionsSince(db: Queryable, account: string, sinceMs: number): Promise<KnownSince> {
  // By each of the types, since so the index has them.
  const { rows } = await db.execute<{ count: string; open: string[] | null }>(sql`
    select count(*)::text as count, array_agg(id) filter (where status not in ('COMPLETE', 'FAILED')) as open
    from kustodia.bank_transaction
    where type = any(${sql.param(TYPES)}::text[]) and created_at >= to_timestamp(${sinceMs / 1_000})
      and account = ${account}`);
  return { count: Number(rows[0]?.count ?? 0), open: rows[0]?.open ?? [] };
}

/** Which of these names, each a deposit's own id or its tracking key, are of a SPEI deposit to an account that is known. */
export async function knownDeposits(
  db: Queryable,
  account: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const of = sql`kustodia.spei_deposit where account = ${account}`;
  const { rows } = await db.execute<{ name: string }>(sql`
    select fid as name from ${of} and fid = any(${sql.param(names)}::text[])
    union select clave_rastreo from ${of} and clave_rastreo = any(${sql.param(names)}::text[])`);
  return new Set(rows.map(({ name }) => name));
}
