import pg from "pg";
import { rebuildingIndexes } from "./rebuildingIndexes.ts";

/** Which payments, by their numbers: the first of a database is 1. */
export type Span = Readonly<{ from: number; to: number; eventsEach: number }>;

/** What the status page reads beside the payments: the processes' runs, and how far chain and index have come. */
export async function storeStatus(databaseUrl: string): Promise<void> {
  await onDatabase(databaseUrl, (client) =>
    client.query(`
      insert into kustodia.process_run (process, started_by, started_at, finished_at, result)
        select p, 'reloj', now(), now(), '{"looked": 1}' from unnest('{deposits,withdrawals,custodies,payouts,sync}'::text[]) p,
          generate_series(1, 2000);
      insert into kustodia.head (chain_id, latest_number, settled_number, settled_hash, read_at)
        values (31337, 100, 99, '0x99', now() + interval '1 day');
      create schema chain;
      create table chain._ponder_checkpoint (
        chain_name text primary key, chain_id bigint not null, safe_checkpoint varchar(75) not null,
        latest_checkpoint varchar(75) not null, finalized_checkpoint varchar(75) not null)`),
  );
}

/**
 * Stores finished payments with their legs, claims, orders and history; straight into the tables, since what is measured is how they
 * are read. What follows from the payments themselves is not asked of the database again for each row.
 */
export async function storePayments(databaseUrl: string, { from, to, eventsEach }: Span): Promise<void> {
  const those = `payment_id between ${from} and ${to}`;
  await onDatabase(databaseUrl, (client) =>
    rebuildingIndexes(client, async () => {
      await client.query(`
      insert into kustodia.customer (id, deposit_clabe) values ('cliente-1', '710969000000000014') on conflict do nothing;
      insert into kustodia.payment (external_id, customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status)
        select 'pedido-' || n, 'cliente-1', 10000 + n, '710969000000000014', now(), now(), 'completed'
        from generate_series(${from}, ${to}) n;
      set session_replication_role = replica;
      insert into kustodia.party (payment_id, payer_name, recipient_legal_name, payout_clabe, salt)
        select id, 'Compradora ' || id, 'Vendedora ' || id || ' SA de CV', '002115016003269411', 's'
        from kustodia.payment where id between ${from} and ${to};
      insert into kustodia.leg (payment_id, kind, state, amount_centavos, carried)
        select id, kind, state, amount_centavos, carried::jsonb from kustodia.payment, (values
          ('deposit', 'issued', '{"issuanceId":"i"}'),
          ('custody', 'returned', '{"escrowId":"7","ruling":"none","cryptoDepositId":"c"}'),
          ('payout', 'paid', '{"bankAccountId":"b","redemptionId":"r"}')) over_(kind, state, carried)
        where id between ${from} and ${to};
      insert into kustodia.claim (source, outside_id, leg_id)
        select shown, shown || '-' || id, id from kustodia.leg, unnest('{issuance,spei_deposit}'::text[]) shown
        where kind = 'deposit' and ${those};
      insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, outside_id, sent_at, closed_at)
        select id, case kind when 'custody' then 'withdraw' else 'redeem' end, 0, 1, gen_random_uuid(), amount_centavos,
          'done', 'o' || id, now(), now() from kustodia.leg where kind <> 'deposit' and ${those};
      insert into kustodia.chain_transaction (leg_id, action, generation, signer, nonce, "to", data, gas, max_fee_per_gas,
          max_priority_fee_per_gas, hash, state)
        select id, 'release', 0, '0xb', id, '0xe', '0x', 1, 1, 1, '0x' || id, 'mined'
        from kustodia.leg where kind = 'custody' and ${those};
      insert into kustodia.event (payment_id, type, es, en, data, actor)
        select id, 'pago_completado', 'Pago completado', 'Payout completed', '{}', 'kustodia'
        from generate_series(${from}, ${to}) id, generate_series(1, ${eventsEach});
      set session_replication_role = origin`);
    }),
  );
  // As autovacuum leaves a database that has been running.
  await onDatabase(databaseUrl, (client) => client.query("vacuum analyze"));
}

/** Seals the history of stored payments, as if it had been when it was written: nobody compares these hashes with their rows. */
export async function sealStored(databaseUrl: string): Promise<void> {
  await onDatabase(databaseUrl, (client) =>
    rebuildingIndexes(client, () =>
      client.query(`
        insert into kustodia.seal (payment_id, position, source, row_id, hash, previous_hash)
          select payment_id, row_number() over (partition by payment_id order by id), 'event', id, lpad(to_hex(id), 64, '0'),
            lpad(to_hex(id - 1), 64, '0')
          from kustodia.event where payment_id is not null`),
    ),
  );
  await onDatabase(databaseUrl, (client) => client.query("vacuum analyze kustodia.seal"));
}

async function onDatabase(databaseUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '256MB'");
    await work(client);
  } finally {
    await client.end();
  }
}
