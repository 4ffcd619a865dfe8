import pg from "pg";

/** Payment n was made n times this before now, so that a larger number is a longer history and not a busier day. */
const EVERY_S = 30;

const PAYMENTS_A_CUSTOMER = 10;
const clabeOf = (customer: string) => `'710969' || lpad((${customer})::text, 12, '0')`;

/** Of three hundred payments three are due: one waits for its deposit, one is in custody, one has its SPEI on its way. */
const DUE = [
  { rest: 0, deposit: "awaiting", custody: "waiting", payout: "waiting", due: "deposit" },
  { rest: 100, deposit: "issued", custody: "active", payout: "waiting", due: "custody" },
  { rest: 200, deposit: "issued", custody: "returned", payout: "paying", due: "payout" },
] as const;

const stateOf = (kind: "deposit" | "custody" | "payout", over: string) =>
  `case payment_id % 300 ${DUE.map((one) => `when ${one.rest} then '${one[kind]}'`).join(" ")} else '${over}' end`;

/**
 * Stores payments `from` to `to`, 1 % of them due and the others over, each with legs, orders, claims, movements and their
 * entries, the bank's transactions, and a sealed event; straight into the tables and past their triggers, since what is measured is how they are read.
 */
export async function storeBacklog(databaseUrl: string, { from, to }: Readonly<{ from: number; to: number }>) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const those = `payment_id between ${from} and ${to}`;
  const at = `now() - make_interval(secs => payment_id * ${EVERY_S})`;
  const made = (kinds: string) => `from kustodia.leg where kind in (${kinds}) and ${those} and due_at is null`;
  const account = `case payment_id % 700 when 0 then 'account' else 'account-' || payment_id % 700 end`;
  const clabe = clabeOf(`payment_id / ${PAYMENTS_A_CUSTOMER}`);
  const over = `and state in ('issued', 'returned', 'paid')`;
  try {
    const indexes = await dropIndexes(client);
    await client.query(`
      set session_replication_role = replica;
      set synchronous_commit = off;
      insert into kustodia.customer (id, deposit_clabe)
        select 'cliente-' || c, ${clabeOf("c")} from generate_series(${from} / ${PAYMENTS_A_CUSTOMER}, ${to} / ${PAYMENTS_A_CUSTOMER}) c
        on conflict do nothing;
      insert into kustodia.payment (id, customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status, created_at)
        select n, 'cliente-' || n / ${PAYMENTS_A_CUSTOMER}, 10000 + n % 5000, ${clabeOf(`n / ${PAYMENTS_A_CUSTOMER}`)}, now(), now() + interval '1 day',
          case when n % 100 = 0 then 'processing' else 'completed' end, now() - make_interval(secs => n * ${EVERY_S})
        from generate_series(${from}, ${to}) n;
      insert into kustodia.leg (payment_id, kind, state, amount_centavos, carried, source, payee, entered_at, due_at)
        select payment_id, kind, state, amount_centavos,
          case kind when 'custody' then jsonb_build_object('escrowId', payment_id::text)
            when 'payout' then jsonb_build_object('bankAccountId', ${account}, 'redemptionId', 'rd-' || payment_id) else '{}' end,
          case kind when 'payout' then 'custody' end, case kind when 'payout' then 'seller' end, ${at},
          case payment_id % 300 ${DUE.map((one) => `when ${one.rest} then case kind when '${one.due}' then now() end`).join(" ")} end
        from (select id as payment_id, amount_centavos from kustodia.payment where id between ${from} and ${to}) made,
          lateral (values ('deposit', ${stateOf("deposit", "issued")}), ('custody', ${stateOf("custody", "returned")}),
            ('payout', ${stateOf("payout", "paid")})) over_(kind, state);
      insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, outside_id, sent_at, closed_at)
        select id, case kind when 'custody' then 'withdraw' else 'redeem' end, 0, 1, gen_random_uuid(), amount_centavos,
          'done', case kind when 'custody' then 'wd-' else 'rd-' end || payment_id, ${at}, ${at}
        ${made("'custody', 'payout'")} ${over};
      insert into kustodia.claim (source, outside_id, leg_id, claimed_at)
        select case kind when 'deposit' then 'issuance' else 'bank_transaction' end,
          case kind when 'deposit' then 'iss-' when 'custody' then 'wd-' else 'rd-' end || payment_id, id, ${at}
        ${made("'deposit', 'custody', 'payout'")} ${over};
      insert into kustodia.bank_transaction (id, type, status, amount_base_units, receiver_clabe, address, bank_account_id,
          refunded, created_at, updated_at, read_at)
        select case kind when 'deposit' then 'iss-' when 'custody' then 'wd-' else 'rd-' end || payment_id,
          case kind when 'deposit' then 'ISSUANCE' when 'custody' then 'CRYPTO_WITHDRAWAL' else 'REDEMPTION' end, 'COMPLETE',
          amount_centavos * 10000, case kind when 'deposit' then ${clabe} end,
          case kind when 'custody' then '0xb' end, case kind when 'payout' then ${account} end, false, ${at}, ${at}, ${at}
        ${made("'deposit', 'custody', 'payout'")} ${over};
      insert into kustodia.spei_deposit (fid, receiver_clabe, amount_centavos, status, created_at)
        select 'spei-' || payment_id, ${clabe}, amount_centavos, 'complete', ${at} ${made("'deposit'")} ${over};
      insert into kustodia.claim (source, outside_id, leg_id, claimed_at)
        select 'spei_deposit', 'spei-' || payment_id, id, ${at} ${made("'deposit'")} ${over};
      insert into kustodia.chain_transaction (leg_id, action, generation, signer, nonce, "to", data, gas, max_fee_per_gas,
          max_priority_fee_per_gas, hash, state)
        select id, 'release', 0, '0xb', payment_id, '0xe', '0x', 1, 1, 1, '0x' || payment_id, 'mined' ${made("'custody'")} ${over};
      insert into kustodia.transfer (leg_id, issuance_id, from_place, to_place, amount_centavos, state, created_at, closed_at)
        select id, case kind when 'deposit' then 'iss-' || payment_id end, case kind when 'deposit' then 'buyer' else 'juno' end,
          case kind when 'deposit' then 'juno' else 'beneficiary' end, amount_centavos, 'posted', ${at}, ${at}
        ${made("'deposit', 'payout'")} ${over};
      insert into kustodia.entry (transfer_id, payment_id, leg_id, account, amount_centavos, posted_at)
        select transfer.id, payment_id, leg_id, line.account, line.centavos, closed_at
        from kustodia.transfer join kustodia.leg on leg.id = leg_id,
          lateral (values (from_place, -transfer.amount_centavos), (to_place, transfer.amount_centavos)) line(account, centavos)
        where ${those};
      insert into kustodia.event (payment_id, type, es, en, data, actor, at)
        select payment_id, 'pago_completado', 'Pago completado', 'Payout completed', '{}', 'kustodia', ${at} ${made("'payout'")};
      insert into kustodia.seal (payment_id, position, source, row_id, hash, previous_hash)
        select payment_id, row_number() over (partition by payment_id order by source, row_id), source, row_id, '', ''
        from (select 'entry' as source, id as row_id, payment_id from kustodia.entry where ${those}
          union all select 'event', id, payment_id from kustodia.event where ${those}) history;
      insert into kustodia.bank_reading (started_at, since, changed, available_base_units) values (now(), now(), 0, 1);
      reset session_replication_role`);
    for (const index of indexes) await client.query(index);
    // As autovacuum leaves a database that has been running.
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}

/** Postgres names a divided table's index without those of its months, which it makes only when they are not spared. */
const ofMonthsToo = (made: string) => made.replace(" ON ONLY ", " ON ");

/** A row a time into each index of a table is most of what a million payments cost. @returns what makes them again. */
async function dropIndexes(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; made: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made
    from pg_index join pg_class on pg_class.oid = indexrelid
    where relnamespace = 'kustodia'::regnamespace and not relispartition
      and not exists (select from pg_constraint where conindid = indexrelid)`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return ["set maintenance_work_mem = '512MB'", ...rows.map(({ made }) => ofMonthsToo(made))];
}
