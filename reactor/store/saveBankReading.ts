import { type SQL, sql } from "drizzle-orm";
import type { ClaimSource } from "../payments/decision.ts";
import { allEnded } from "./allEnded.ts";
import type { Database, Queryable } from "./database.ts";
import { heldInOrder, WAKE_HELD } from "./heldInOrder.ts";
import { insertOf } from "./insertOf.ts";
import { type Judgement, judgeDebits, type OwnBridge } from "./judgeDebits.ts";
import { ACCOUNTS_IN_USE } from "./lanes.ts";
import { bankReading, bankRefund, bankTransaction, speiDeposit } from "./schema/index.ts";

/** One complete reading of the bank's lists of one account, as the bank gave them. */
export type BankReading = Readonly<{
  startedAtMs: number;
  sinceMs: number;
  /** The highest number that a reactor had when it began. */
  newestReactor: number;
  transactions: readonly (typeof bankTransaction.$inferInsert)[];
  deposits: readonly (typeof speiDeposit.$inferInsert)[];
  refunds: readonly (typeof bankRefund.$inferInsert)[];
  availableBaseUnits: bigint | null;
  /** The lane of whoever has read it, and the account that was read. */
  ours: OwnBridge;
}>;

export type SavedReading = Judgement &
  Readonly<{
    /** How many transactions and deposits were new or changed. */
    changed: number;
  }>;

/**
 * Stores a reading and wakes the legs that a changed transaction concerns. All or nothing: a reading that is stored is
 * a complete one, which is what lets an absence count (DESIGN 6, rule 5).
 * In the same transaction its debits are judged, so that whoever relies on the reading relies on the judgement too.
 * @throws Error when something that it lists stands in another account's list: two names for one account, or one key for two.
 */
export async function saveBankReading(db: Database, reading: BankReading): Promise<SavedReading> {
  return db.transaction(async (tx) => {
    const { account } = reading.ours;
    const [changed, deposits] = await allEnded([
      saveTransactions(tx, account, reading.transactions),
      saveDeposits(tx, account, reading.deposits),
      saveRefunds(tx, account, reading.refunds),
    ]);
    const { startedAtMs, sinceMs, newestReactor, availableBaseUnits } = reading;
    const news = changed.length + deposits;
    const row = { account, startedAtMs, sinceMs, newestReactor, availableBaseUnits, changed: news };
    const [judgement] = await allEnded([
      judgeDebits(tx, reading.ours),
      tx.insert(bankReading).values(row).execute(),
      wakeConcerned(tx, changed),
    ]);
    return { changed: news, ...judgement };
  });
}

async function saveRefunds(tx: Queryable, account: string, rows: BankReading["refunds"]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insert(bankRefund)
    .values(rows.map((refund) => ({ ...refund, account })))
    .onConflictDoNothing();
}

const AS_SHOWN = [
  ...(["id", "account", "type", "status", "amountBaseUnits", "receiverClabe", "address", "bankAccountId"] as const),
  ...(["txHash", "fiatId", "refunded", "createdAtMs", "updatedAtMs"] as const),
];

/** What is decided by a transaction is shown as it was: by a reading and by a question about it alone it may be read so twice. */
const IS_AS_READ = sql.raw(`bank_transaction.status = excluded.status
        and bank_transaction.refunded = (excluded.refunded or bank_transaction.refunded)
        and bank_transaction.tx_hash is not distinct from coalesce(excluded.tx_hash, bank_transaction.tx_hash)`);

/** Stores transactions as the bank shows them, and is no reading: nothing follows from what is not among them. @returns the new and changed. */
export async function saveTransactions(
  tx: Queryable,
  account: string,
  rows: BankReading["transactions"],
): Promise<readonly string[]> {
  if (rows.length === 0) return [];
  const inserted = insertOf(
    bankTransaction,
    AS_SHOWN,
    rows.map((row) => ({ ...row, account })),
  );
  // COMPLETE and FAILED are final: a status that goes backwards is a slow replica's, not news (DESIGN 6).
  const saving = tx.execute<{ id: string }>(sql`${inserted}
    on conflict (id) do update set status = excluded.status, amount_base_units = excluded.amount_base_units,
      receiver_clabe = coalesce(excluded.receiver_clabe, bank_transaction.receiver_clabe),
      address = coalesce(excluded.address, bank_transaction.address),
      bank_account_id = coalesce(excluded.bank_account_id, bank_transaction.bank_account_id),
      tx_hash = coalesce(excluded.tx_hash, bank_transaction.tx_hash),
      fiat_id = coalesce(excluded.fiat_id, bank_transaction.fiat_id),
      refunded = excluded.refunded or bank_transaction.refunded, updated_at = excluded.updated_at,
      read_at = case when ${IS_AS_READ} then bank_transaction.read_at else now() end
    where bank_transaction.status not in ('COMPLETE', 'FAILED') or excluded.status = bank_transaction.status
    returning id`);
  // Begun before the look at whose they are: it must see what another account stored while this one waited for it.
  const begun = saving.execute();
  const ids = rows.map(({ id }) => id);
  const [{ rows: saved }] = await allEnded([
    begun,
    refuseForeign(tx, account, sql`kustodia.bank_transaction where id`, ids),
  ]);
  return saved.map((row) => row.id);
}

/** Two accounts that show the same money are one: what each of them may spend would be counted twice. */
async function refuseForeign(tx: Queryable, account: string, listed: SQL, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.execute<{ account: string }>(
    sql`select account from ${listed} = any(${sql.param(ids)}::text[]) and account <> ${account} limit 1`,
  );
  const other = rows[0]?.account;
  if (other === undefined) return;
  throw new Error(
    `La cuenta bancaria ${account} muestra movimientos de la cuenta ${other}: dos nombres de una misma, o una llave cambiada. / Bank account ${account} shows movements of account ${other}: two names for one, or a key mixed up.`,
  );
}

const AS_TOLD = [
  ...(["fid", "account", "receiverClabe", "amountCentavos", "status", "claveRastreo", "senderBank"] as const),
  ...(["senderName", "depositType", "createdAtMs"] as const),
];

async function saveDeposits(tx: Queryable, account: string, rows: BankReading["deposits"]): Promise<number> {
  if (rows.length === 0) return 0;
  const inserted = insertOf(
    speiDeposit,
    AS_TOLD,
    rows.map((row) => ({ ...row, account })),
  );
  const { rows: saved } = await tx.execute(sql`${inserted}
    on conflict (fid) do update set status = excluded.status, clave_rastreo = excluded.clave_rastreo,
      sender_name = coalesce(excluded.sender_name, spei_deposit.sender_name),
      sender_bank = coalesce(excluded.sender_bank, spei_deposit.sender_bank)
    where spei_deposit.status <> excluded.status
    returning fid`);
  await refuseForeign(
    tx,
    account,
    sql`kustodia.spei_deposit where fid`,
    rows.map((row) => row.fid),
  );
  return saved.length;
}

/** Whose claims name a transaction of the bank by its id. */
const BANK_CLAIMS: readonly ClaimSource[] = ["issuance", "bank_transaction", "payout_return"];

/**
 * Legs that named a changed transaction, by order, by claim or by their own transfer; and those that wait for any reading.
 * Their ids are gathered first, each kind by its index: one condition with `or` reads every leg there ever was.
 */
export async function wakeConcerned(tx: Queryable, changed: readonly string[]): Promise<void> {
  const ids = sql.param(changed);
  const concerned = sql`leg.state <> 'review' and leg.id in (
      select id from kustodia.leg where reason in ('unknown_outcome', 'bank_unread', 'insufficient')
      union
      select id from kustodia.leg where ${failedAtTheBank}
      union
      select leg_id from kustodia.attempt where outside_id = any(${ids}::text[])
      union
      select leg_id from kustodia.claim
        where source = any(${sql.param(BANK_CLAIMS)}::text[]) and outside_id = any(${ids}::text[]) and freed_at is null
      union
      select own.leg_id from kustodia.chain_transaction own
        join kustodia.bank_transaction listed on listed.tx_hash = own.hash
        where listed.id = any(${ids}::text[]) and own.leg_id is not null
    )`;
  await tx.execute(sql`with ${heldInOrder(concerned)} ${WAKE_HELD}`);
}

/** Of a leg: the bank has not carried out its order, and its refund is looked for. */
const failedAtTheBank = sql`(kind = 'custody' and state = 'failed_withdrawal' or kind = 'payout' and state = 'failed')`;

/** What is known of these transactions of the bank: to be read in detail are new ones, changed ones, and those without their hash. */
export async function knownVersions(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, KnownVersion>> {
  const { id, status, txHash, updatedAtMs } = bankTransaction;
  const rows = await db
    .select({ id, status, txHash, updatedAtMs })
    .from(bankTransaction)
    .where(sql`${id} = any(${sql.param(ids)}::text[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

export type KnownVersion = Pick<typeof bankTransaction.$inferSelect, "id" | "status" | "txHash" | "updatedAtMs">;

/** Start of an account's newest complete reading, unix ms; null before the first. Newest is what was stored last: clocks are set back. */
export async function lastReadingMs(db: Queryable, account: string): Promise<number | null> {
  const { rows } = await db.execute<{ ms: string | null }>(
    sql`select floor(extract(epoch from started_at) * 1000)::text as ms from kustodia.bank_reading
      where account = ${account} order by id desc limit 1`,
  );
  const ms = rows[0]?.ms;
  return ms ? Number(ms) : null;
}

/** The newest complete reading of each account in use. */
export const NEWEST_READINGS = sql`(
  select newest.started_at
  from ${ACCOUNTS_IN_USE} used
  cross join lateral (
    select started_at from kustodia.bank_reading where account = used.account order by id desc limit 1) newest)`;

/** Start of the newest complete reading of the account that was read longest ago, unix ms; null where none was read. */
export async function oldestReadingMs(db: Queryable): Promise<number | null> {
  const { rows } = await db.execute<{ ms: string | null }>(
    sql`select floor(extract(epoch from min(started_at)) * 1000)::text as ms from ${NEWEST_READINGS} newest`,
  );
  const ms = rows[0]?.ms;
  return ms ? Number(ms) : null;
}

/** What Juno last said is free to spend in an account, centavos; null before it was first asked. */
export async function availableCentavos(db: Queryable, account: string): Promise<bigint | null> {
  const { rows } = await db.execute<{ units: string }>(
    sql`select available_base_units::text as units from kustodia.bank_balance where account = ${account}`,
  );
  const units = rows[0]?.units;
  return units ? BigInt(units) / 10_000n : null;
}

/** Whether some leg of an account waits for the bank to give a failed order back. */
export async function awaitsRefund(db: Queryable, account: string): Promise<boolean> {
  const { rows } = await db.execute(
    sql`select 1 from kustodia.leg where ${failedAtTheBank}
      and lane in (select name from kustodia.lane where account = ${account}) limit 1`,
  );
  return rows.length > 0;
}
