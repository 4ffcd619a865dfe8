import { sql } from "drizzle-orm";
import { balancesAt } from "./balancesAt.ts";
import type { Database } from "./database.ts";
import { ACCOUNTS, type Account } from "./schema/index.ts";

/** What an account had, what came to it and what left it, centavos. `buyer` is outside: it has less than nothing. */
export type Flow = Readonly<{
  account: Account;
  openingCentavos: bigint;
  inCentavos: bigint;
  outCentavos: bigint;
  closingCentavos: bigint;
}>;

/**
 * Every account over a span of time, after its first moment and up to its last one (unix ms), so that one span's closing is
 * the next one's opening. All of it is of one moment of the database.
 */
export async function readFlows(db: Database, span: { afterMs: number; throughMs: number }): Promise<readonly Flow[]> {
  const at = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;
  const { opening, moved } = await db.transaction(
    async (tx) => ({
      opening: await balancesAt(tx, span.afterMs),
      moved: await tx.execute<{ account: Account; came: string; went: string }>(sql`
        select account, coalesce(sum(amount_centavos) filter (where amount_centavos > 0), 0)::text as came,
          coalesce(-sum(amount_centavos) filter (where amount_centavos < 0), 0)::text as went
        from kustodia.entry where posted_at > ${at(span.afterMs)} and posted_at <= ${at(span.throughMs)} group by account`),
    }),
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
  return ACCOUNTS.map((account) => {
    const row = moved.rows.find((one) => one.account === account);
    const openingCentavos = opening.find((one) => one.account === account)?.centavos ?? 0n;
    const [inCentavos, outCentavos] = [BigInt(row?.came ?? 0), BigInt(row?.went ?? 0)];
    const closingCentavos = openingCentavos + inCentavos - outCentavos;
    return { account, openingCentavos, inCentavos, outCentavos, closingCentavos };
  });
}
