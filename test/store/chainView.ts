import type pg from "pg";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";

/*
 * What the reactor sees of the indexer, as plain tables with the columns of ponder.schema.ts. Not a real Ponder: these tests
 * need a log to vanish, to come back elsewhere, and a head at a chosen height. The real one is driven in test/indexing and
 * test/journeys.
 */

export const CHAIN_ID = 31_337;
export const ESCROW = "0xe5c0000000000000000000000000000000000003";
export const TOKEN = "0x70ce000000000000000000000000000000000004";
export const BRIDGE = "0xb41d9e0000000000000000000000000000000001";
const JUNO_WALLET = "0x10b0000000000000000000000000000000000002";

/** What reading facts needs to know of this chain, and of the bank. */
export const FACTS_CONTEXT = {
  lane: FIRST_LANE,
  account: FIRST_ACCOUNT,
  chainId: CHAIN_ID,
  indexSchema: "chain",
  confirmations: 3n,
  bridge: BRIDGE,
  junoWallet: JUNO_WALLET,
  escrowContract: ESCROW,
  token: TOKEN,
  keyLifetimeMs: 3_600_000,
  askBankEveryMs: 30_000,
  staleAfterMs: 60_000,
  screens: false,
  holder: 0,
};

type Index = Readonly<{ chainId: number; indexSchema: string }>;

export async function createChainView(
  pool: pg.Pool,
  { indexSchema }: Pick<Index, "indexSchema"> = FACTS_CONTEXT,
): Promise<void> {
  await pool.query(`
    create schema ${indexSchema};
    create table ${indexSchema}.chain_event (
      id text primary key, chain_id integer not null, contract text not null, kind text not null,
      block_number numeric(78, 0) not null, block_hash text not null, block_timestamp numeric(78, 0) not null,
      tx_hash text not null, log_index integer not null, escrow_id numeric(78, 0), from_address text, to_address text,
      amount_base_units numeric(78, 0), data json not null);
    create table ${indexSchema}._ponder_checkpoint (
      chain_name text primary key, chain_id bigint not null, safe_checkpoint varchar(75) not null,
      latest_checkpoint varchar(75) not null, finalized_checkpoint varchar(75) not null);`);
}

export interface Log {
  kind: string;
  contract: string;
  txHash: string;
  logIndex: number;
  blockNumber: number;
  blockHash: string;
  escrowId: number | null;
  from: string | null;
  to: string | null;
  amountBaseUnits: bigint | null;
}

/** A log of the escrow in block 90. */
export function log(kind: string, txHash: string, changes: Partial<Log> = {}): Log {
  const where = { contract: ESCROW, logIndex: 0, blockNumber: 90, blockHash: "0xb90" };
  return { kind, txHash, ...where, escrowId: null, from: null, to: null, amountBaseUnits: null, ...changes };
}

export const show = (pool: pg.Pool, ...logs: readonly Log[]): Promise<void> => showOn(pool, FACTS_CONTEXT, ...logs);

/** On one chain of several. */
export async function showOn(pool: pg.Pool, { chainId, indexSchema }: Index, ...logs: readonly Log[]): Promise<void> {
  const table = `${indexSchema}.chain_event`;
  for (const one of logs) {
    await pool.query(`insert into ${table} values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,'{}')`, [
      `${one.blockNumber}-${one.txHash}-${one.logIndex}`,
      chainId,
      one.contract,
      one.kind,
      one.blockNumber,
      one.blockHash,
      1_772_000_000 + one.blockNumber,
      one.txHash,
      one.logIndex,
      one.escrowId,
      one.from,
      one.to,
      one.amountBaseUnits?.toString() ?? null,
    ]);
  }
}

/** A reorg: the index forgets a transaction. It may come back in another block. */
export async function forget(pool: pg.Pool, txHash: string): Promise<void> {
  await pool.query("delete from chain.chain_event where tx_hash = $1", [txHash]);
}

/** Ponder's own writing of how far it is: time, chain, block and more, digits only (ponder.md 3). */
export async function setIndexedHead(
  pool: pg.Pool,
  block: number,
  unixS: number,
  { chainId, indexSchema }: Index = FACTS_CONTEXT,
): Promise<void> {
  const digits = (value: number) => String(value).padStart(16, "0");
  const checkpoint = `${String(unixS).padStart(10, "0")}${digits(chainId)}${digits(block)}${"9".repeat(33)}`;
  const table = `${indexSchema}._ponder_checkpoint`;
  await pool.query(`delete from ${table}`);
  await pool.query(`insert into ${table} values ('chain', $1, $2, $2, $2)`, [chainId, checkpoint]);
}
