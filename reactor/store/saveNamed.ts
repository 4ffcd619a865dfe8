import { sql } from "drizzle-orm";
import { allEnded } from "./allEnded.ts";
import type { Database, Queryable } from "./database.ts";
import { type BankReading, saveTransactions, wakeConcerned } from "./saveBankReading.ts";
import { bankBalance } from "./schema/index.ts";
import { UNFLUSHED_TRANSACTION } from "./unflushed.ts";

/** What a leg of an account names: it may still change, or it has ended as far as the bank has shown. */
export type NamedStanding = "open" | "over";

/**
 * Which of these transactions of the bank some leg of an account names, by its order or by its claim. All others are news: of whom they are
 * only the lists can show.
 */
export async function standingOfNamed(
  db: Queryable,
  account: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedStanding>> {
  const { rows } = await db.execute<{ id: string; isOver: boolean }>(sql`
    select named.outside_id as id, coalesce(shown.status in ('COMPLETE', 'FAILED'), false) as "isOver"
    from (select leg_id, outside_id from kustodia.attempt where outside_id = any(${sql.param(ids)}::text[])
      union all
      select leg_id, outside_id from kustodia.claim
        where source in ('issuance', 'bank_transaction') and outside_id = any(${sql.param(ids)}::text[]) and freed_at is null) named
      join kustodia.leg on leg.id = named.leg_id
      join kustodia.lane on lane.name = leg.lane and lane.account = ${account}
      left join kustodia.bank_transaction shown on shown.id = named.outside_id`);
  return new Map(rows.map(({ id, isOver }) => [id, isOver ? "over" : "open"]));
}

/** What the bank answered about some transactions that legs name, and its balance, asked after them. */
export type NamedReading = Pick<BankReading, "startedAtMs" | "transactions"> &
  Readonly<{ account: string; availableBaseUnits: bigint }>;

/**
 * Stores what the bank showed of transactions that legs name, and wakes those whom it concerns. It is no reading: nothing follows from
 * what is not among them, and no debit is judged by it, since each of these is some leg's own. Nobody waits for the disk: whoever orders something
 * by it does, for both; and what a Postgres that loses its power forgets of it the next reading shows.
 * @throws Error when one of them stands in another account's list.
 */
export async function saveNamed(db: Database, named: NamedReading): Promise<void> {
  const { account, startedAtMs, availableBaseUnits, transactions } = named;
  const told = { startedAtMs, availableBaseUnits };
  await db.transaction(async (tx) => {
    // In the order of a reading, which locks the transactions, its balance, and then the legs. Each is sent without the answer to the
    // one before: a leg that was woken for nothing new waits on.
    await allEnded([
      tx.execute(UNFLUSHED_TRANSACTION).execute(),
      saveTransactions(tx, account, transactions),
      tx
        .insert(bankBalance)
        .values({ account, ...told })
        .onConflictDoUpdate({ target: bankBalance.account, set: told })
        .execute(),
      wakeConcerned(
        tx,
        transactions.map(({ id }) => id),
      ),
    ]);
  });
}
