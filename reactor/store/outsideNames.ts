import { sql } from "drizzle-orm";
import { escrowKey, FIRST_LANE } from "../payments/lanes.ts";
import type { Queryable } from "./database.ts";
import { isOfAccount } from "./lanes.ts";
import { leg } from "./schema/index.ts";

/** What is asked about: ids of the bank, hashes and escrows of the chain. Null for all that we ever named. */
export type Asked = Readonly<{
  bankIds: readonly string[];
  hashes: readonly string[];
  escrowIds: readonly string[];
}> | null;

export type OutsideNames = Readonly<{
  bank: ReadonlyMap<string, number>;
  hashes: ReadonlyMap<string, number | null>;
  /** By `escrowKey`. */
  escrows: ReadonlyMap<string, number>;
}>;

/**
 * What our orders and claims name outside, and of which leg: ids that the bank answered our orders with or that legs claim,
 * hashes of our transactions, escrows. No amount and no state is read. Hashes are of whatever chain, since what is signed names its
 * own; the same contract may stand on several, so that escrows are those of this bank account's lanes.
 */
export async function readOutsideNames(db: Queryable, account: string, asked: Asked): Promise<OutsideNames> {
  const among = (column: string, values: readonly string[] | undefined) =>
    values === undefined ? sql`true` : sql`${sql.raw(column)} = any(${sql.param([...values])}::text[])`;
  // A claim was proven by evidence; it stands over what an answer said.
  const bank = await db.execute<{ id: string; leg_id: number }>(sql`
    select outside_id as id, leg_id, 0 as proven from kustodia.attempt
      where action in ('withdraw', 'redeem') and outcome = 'done' and outside_id is not null
        and ${among("outside_id", asked?.bankIds)}
    union all
    select outside_id, leg_id, 1 from kustodia.claim
      where source in ('issuance', 'bank_transaction', 'payout_return') and freed_at is null
        and ${among("outside_id", asked?.bankIds)}
    order by proven`);
  const escrows = await db.execute<{ id: string; leg_id: number; lane: string; contract: string | null }>(sql`
    select carried ->> 'escrowId' as id, id as leg_id, leg.lane, (
        select value from kustodia.control where control.lane = leg.lane and name = 'escrow' order by version desc limit 1
      ) as contract
    from kustodia.leg where carried ->> 'escrowId' is not null and ${isOfAccount(leg.lane, account)} and ${among("(carried ->> 'escrowId')", asked?.escrowIds)}`);
  const legs = [...bank.rows, ...escrows.rows].map((row) => row.leg_id);
  const ofThose = asked === null ? sql`true` : sql`leg_id = any(${sql.param(legs)}::int[])`;
  // What others sent and a leg claims, as the bank's withdrawal: the third part of a log's key is its hash.
  const hashes = await db.execute<{ hash: string; leg_id: number | null }>(sql`
    select split_part(outside_id, ':', 3) as hash, leg_id from kustodia.claim
      where source in ('token_transfer', 'escrow_log') and freed_at is null and ${ofThose}
    union all
    select hash, leg_id from kustodia.chain_transaction where hash is not null and ${among("hash", asked?.hashes)}`);
  return {
    bank: new Map(bank.rows.map(({ id, leg_id }) => [id, leg_id])),
    escrows: new Map(
      escrows.rows.flatMap(({ id, leg_id, lane, contract }) => [
        [escrowKey(contract, id), leg_id] as const,
        ...(lane === FIRST_LANE ? [[escrowKey(null, id), leg_id] as const] : []),
      ]),
    ),
    hashes: new Map(hashes.rows.map(({ hash, leg_id }) => [hash, leg_id])),
  };
}
