import { asc, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { LegKind } from "../payments/leg.ts";
import { type ChainIndex, chainEventsIn, isIndexed, LOG_KEY } from "./chainEvents.ts";
import type { Queryable } from "./database.ts";
import { bankRefund, bankTransaction, claim, speiDeposit } from "./schema/index.ts";

/** A log where the chain has it now. Moments in unix s, amounts in base units. */
export type ProvenLog = Readonly<z.output<typeof logRow>>;

/** One outside fact that a leg went on by, as the outside last told it. */
export type Proof = Readonly<{ legId: number; givenBack: boolean }> &
  (
    | Readonly<{ kind: "spei_deposit"; deposit: typeof speiDeposit.$inferSelect }>
    | Readonly<{ kind: "bank_transaction"; transaction: typeof bankTransaction.$inferSelect }>
    | Readonly<{ kind: "bank_refund"; refund: typeof bankRefund.$inferSelect }>
    | Readonly<{ kind: "log"; log: ProvenLog }>
    /** The index does not show it now: the chain has taken it back, or the index lags. */
    | Readonly<{ kind: "log_not_shown"; txHash: string }>
  );

const logRow = z
  .object({
    key: z.string(),
    chain_id: z.int(),
    contract: z.string(),
    kind: z.string(),
    block_number: z.coerce.bigint(),
    block_hash: z.string(),
    block_timestamp: z.coerce.number(),
    tx_hash: z.string(),
    log_index: z.int(),
    escrow_id: z.string().nullable(),
    from_address: z.string().nullable(),
    to_address: z.string().nullable(),
    amount: z.coerce.bigint().nullable(),
  })
  .transform((row) => ({
    key: row.key,
    chainId: row.chain_id,
    contract: row.contract,
    kind: row.kind,
    blockNumber: row.block_number,
    blockHash: row.block_hash,
    blockUnixS: row.block_timestamp,
    txHash: row.tx_hash,
    logIndex: row.log_index,
    escrowId: row.escrow_id,
    from: row.from_address,
    to: row.to_address,
    amountBaseUnits: row.amount,
  }));

type LegOf = Readonly<{ id: number; kind: LegKind; carried: Readonly<{ escrowId?: string }> }>;

/**
 * Every outside fact that these legs of one payment have used, with what bank and index say of it now; and all that their
 * escrows tell.
 * @param place their lane's chain, and its contract in lower case: each contract counts its own escrows.
 */
export async function readProofs(
  db: Queryable,
  legs: readonly LegOf[],
  place: ChainIndex & Readonly<{ escrowContract: string }>,
): Promise<readonly Proof[]> {
  const ids = legs.map(({ id }) => id);
  if (ids.length === 0) return [];
  const claims = await db.select().from(claim).where(inArray(claim.legId, ids)).orderBy(asc(claim.id));
  const outsideIds = claims.map((one) => one.outsideId);
  const deposits = await db.select().from(speiDeposit).where(inArray(speiDeposit.fid, outsideIds));
  const transactions = await db.select().from(bankTransaction).where(inArray(bankTransaction.id, outsideIds));
  const refunds = await db.select().from(bankRefund).where(inArray(bankRefund.id, outsideIds));
  const escrowIds = legs.flatMap(({ carried }) => carried.escrowId ?? []);
  const logs = await readLogs(db, place, outsideIds.flatMap(hashInKey), escrowIds);

  const claimed = claims.flatMap((one): Proof[] => {
    const of = { legId: one.legId, givenBack: one.freedAtMs !== null };
    const deposit = deposits.find(({ fid }) => fid === one.outsideId);
    const transaction = transactions.find(({ id }) => id === one.outsideId);
    const refund = refunds.find(({ id }) => id === one.outsideId);
    const log = logs.find(({ key }) => key === one.outsideId);
    const [txHash] = hashInKey(one.outsideId);
    if (deposit) return [{ ...of, kind: "spei_deposit", deposit }];
    if (refund) return [{ ...of, kind: "bank_refund", refund }];
    if (transaction) return [{ ...of, kind: "bank_transaction", transaction }];
    if (log) return [{ ...of, kind: "log", log }];
    // An order that the bank has accepted and not listed yet is no proof of anything.
    return txHash === undefined ? [] : [{ ...of, kind: "log_not_shown", txHash }];
  });
  const escrows = logs
    .filter((log) => log.escrowId !== null && log.contract === place.escrowContract && !outsideIds.includes(log.key))
    .flatMap((log): Proof[] => {
      const owner = legs.find(({ carried }) => carried.escrowId === log.escrowId);
      return owner ? [{ legId: owner.id, givenBack: false, kind: "log", log }] : [];
    });
  return [...claimed, ...escrows];
}

/** Of a log's key its transaction; of a bank's id nothing. */
const hashInKey = (outsideId: string) => /^\d+:0x[0-9a-f]{40}:(0x[0-9a-f]{64}):/.exec(outsideId)?.slice(1) ?? [];

/** One autocommit statement: no transaction of ours stays open on Ponder's tables. None before its views exist. */
async function readLogs(db: Queryable, index: ChainIndex, txHashes: readonly string[], escrowIds: readonly string[]) {
  if (!(await isIndexed(db, index))) return [];
  const { rows } = await db.execute(sql`
    select ${LOG_KEY} as key, chain_id, contract, kind, block_number::text, block_hash, block_timestamp::text, tx_hash,
      log_index, escrow_id::text, from_address, to_address, amount_base_units::text as amount
    from ${chainEventsIn(index)}
    where tx_hash in (
      select tx_hash from ${chainEventsIn(index)} where tx_hash = any(${sql.param(txHashes)}::text[])
      union
      select tx_hash from ${chainEventsIn(index)} where escrow_id = any(${sql.param(escrowIds)}::numeric[])
    )
    order by block_number, log_index`);
  return rows.map((raw) => logRow.parse(raw));
}
