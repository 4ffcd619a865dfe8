import { type SQL, sql } from "drizzle-orm";
import { codeOf } from "./codeOf.ts";
import type { Queryable } from "./database.ts";

/** A chain, and the schema in which its own indexer shows it: another chain's has the same block numbers and escrow ids. */
export type ChainIndex = Readonly<{ chainId: number; indexSchema: string }>;

/** The view of all logs of a chain, for the text of a query. */
export const chainEventsIn = ({ indexSchema }: ChainIndex): SQL =>
  sql`${sql.identifier(indexSchema)}.${sql.identifier("chain_event")}`;

/** Whether the chain's indexer has made its views yet. */
export async function isIndexed(db: Queryable, { indexSchema }: ChainIndex): Promise<boolean> {
  const { rows } = await db.execute(sql`select to_regclass(${`${indexSchema}.chain_event`}) as there`);
  return rows[0]?.there !== null;
}

/** A log as Ponder's view shows it at this moment: it may vanish and come back (DESIGN 3). */
export type IndexedLog = Readonly<{
  key: string;
  kind: string;
  contract: string;
  txHash: string;
  blockNumber: bigint;
  blockHash: string;
  escrowId: string | null;
  from: string | null;
  to: string | null;
  amountBaseUnits: bigint | null;
}>;

type ShownLog = Readonly<
  Record<"key" | "kind" | "contract" | "tx_hash" | "block_number" | "block_hash", string> &
    Record<"escrow_id" | "from_address" | "to_address" | "amount", string | null>
>;

/** The chain's own key of a log, which survives its re-inclusion in another block. Of all logs of its transaction. */
export const LOG_KEY = sql.raw(`concat_ws(':', chain_id, contract, tx_hash, kind,
        row_number() over (partition by chain_id, contract, tx_hash, kind order by log_index))`);

/** Of which logs are asked for. `listed`: of the transactions that an account's bank names for these of its own, too. */
type Wanted = Readonly<{
  txHashes: readonly string[];
  escrowIds: readonly string[];
  listed?: Readonly<{ account: string; ids: readonly string[] }>;
}>;

/**
 * The logs of some transactions and of some escrows, in one autocommit statement: no transaction of ours ever stays open
 * on Ponder's tables. The key is the chain's own: it survives a log's re-inclusion in another block.
 */
export async function readIndexedLogs(
  db: Queryable,
  index: ChainIndex,
  { txHashes, escrowIds, listed = { account: "", ids: [] } }: Wanted,
): Promise<readonly IndexedLog[]> {
  if (txHashes.length + escrowIds.length + listed.ids.length === 0) return [];
  const { rows } = await db.execute<ShownLog>(sql`
    select
      ${LOG_KEY} as key,
      kind, contract, tx_hash, block_number::text, block_hash, escrow_id::text, from_address, to_address,
      amount_base_units::text as amount
    from ${chainEventsIn(index)}
    where tx_hash in (
      select tx_hash from ${chainEventsIn(index)} where tx_hash = any(${sql.param(txHashes)}::text[])
      union
      select tx_hash from kustodia.bank_transaction
        where account = ${listed.account} and id = any(${sql.param(listed.ids)}::text[]) and tx_hash is not null
      union
      select tx_hash from ${chainEventsIn(index)} where escrow_id = any(${sql.param(escrowIds)}::numeric[])
    )`);
  return rows.map((row) => ({
    key: row.key,
    kind: row.kind,
    contract: row.contract,
    txHash: row.tx_hash,
    blockNumber: BigInt(row.block_number),
    blockHash: row.block_hash,
    escrowId: row.escrow_id,
    from: row.from_address,
    to: row.to_address,
    amountBaseUnits: row.amount === null ? null : BigInt(row.amount),
  }));
}

/** How far Ponder has indexed: the newest block's number and time (unix s). */
export type IndexedHead = Readonly<{ number: bigint; timestampUnixS: number }>;

/** By database: the schemas in which an index has shown its views. It makes them at its first start, and then they stay. */
const shown = new WeakMap<Queryable, Set<string>>();
/** Postgres' code for a table, or the schema of one, that does not exist. */
const NO_SUCH_TABLE = "42P01";

/** @returns null while Ponder has not written a checkpoint yet, or its views do not exist yet. */
export async function readIndexedHead(db: Queryable, index: ChainIndex): Promise<IndexedHead | null> {
  const { indexSchema } = index;
  const known = shown.get(db) ?? new Set();
  try {
    if (known.has(indexSchema)) return await readCheckpoint(db, index);
  } catch (error) {
    if (codeOf(error) !== NO_SUCH_TABLE) throw error;
    // The database is a copy by now, in which its index has not begun.
    known.delete(indexSchema);
  }
  const exists = await db.execute(sql`select to_regclass(${`${indexSchema}._ponder_checkpoint`}) as there`);
  if (exists.rows[0]?.there === null) return null;
  shown.set(db, known.add(indexSchema));
  return readCheckpoint(db, index);
}

async function readCheckpoint(db: Queryable, { chainId, indexSchema }: ChainIndex): Promise<IndexedHead | null> {
  // A checkpoint is digits only: timestamp (10), chain id (16), block number (16), and more (ponder.md 3).
  const { rows } = await db.execute<{ number: string; unix_s: string }>(sql`
    select substr(latest_checkpoint, 27, 16)::bigint::text as number, substr(latest_checkpoint, 1, 10) as unix_s
    from ${sql.identifier(indexSchema)}._ponder_checkpoint where chain_id = ${chainId}`);
  const read = rows[0];
  return read ? { number: BigInt(read.number), timestampUnixS: Number(read.unix_s) } : null;
}
