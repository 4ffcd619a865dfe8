import { sql } from "drizzle-orm";
import { type ChainIndex, chainEventsIn } from "./chainEvents.ts";
import type { Queryable } from "./database.ts";
import { heldInOrder, WAKE_HELD } from "./heldInOrder.ts";
import { UNFLUSHED } from "./unflushed.ts";

export type Intake = Readonly<{ taken: number; woken: number }>;

/**
 * Takes what a chain's index shows from `fromBlock` on into our inbox, and wakes the legs that a new log concerns: by our own
 * transaction, by escrow, or by the transaction that the bank names for a withdrawal. One autocommit statement, repeatable
 * at will: a log is taken once, by the chain's own key. Nobody waits for the disk: what a Postgres that loses its power forgets of it
 * is taken again by a look over more blocks, and a leg that nothing woke looks by itself.
 */
export async function takeChainEvents(db: Queryable, index: ChainIndex, fromBlock: bigint): Promise<Intake> {
  const { rows } = await db.execute<{ taken: string; woken: string }>(sql`
    with ${UNFLUSHED}, shown as (
      select
        concat_ws(':', chain_id, contract, tx_hash, kind,
          row_number() over (partition by chain_id, contract, tx_hash, kind order by log_index)) as key,
        kind, contract, tx_hash, escrow_id::text as escrow_id, block_number
      from ${chainEventsIn(index)} where block_number >= ${fromBlock.toString()}::bigint
    ), taken as (
      insert into kustodia.inbox (key, kind, contract, tx_hash, escrow_id, first_block)
      select key, kind, contract, tx_hash, escrow_id, block_number from shown
      on conflict do nothing
      returning tx_hash, escrow_id
    ), concerned as (
      select own.leg_id as id from kustodia.chain_transaction own join taken on taken.tx_hash = own.hash
      union
      select held.id from kustodia.leg held join taken on taken.escrow_id = held.carried ->> 'escrowId'
      union
      select sent.leg_id from kustodia.bank_transaction listed
        join taken on taken.tx_hash = listed.tx_hash
        join kustodia.attempt sent on sent.outside_id = listed.id
    ), ${heldInOrder(sql`leg.id in (select id from concerned where id is not null)`)}, woken as (${WAKE_HELD})
    select (select count(*) from taken) as taken, (select count(*) from held) as woken from unflushed`);
  return { taken: Number(rows[0]?.taken ?? 0), woken: Number(rows[0]?.woken ?? 0) };
}
