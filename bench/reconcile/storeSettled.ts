import pg from "pg";

/**
 * Stores payments `from` to `to`, each settled from deposit to payout, with what its orders and claims name outside and the
 * entries that the database itself makes of its movements; straight into the tables, since what is measured is the reading.
 * Payment n was made n times `everyMs` after the beginning.
 */
export async function storeSettled(
  databaseUrl: string,
  { from, to, beginMs, everyMs }: Readonly<{ from: number; to: number; beginMs: number; everyMs: number }>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const begin = `to_timestamp(${beginMs / 1_000})`;
  const those = `payment_id between ${from} and ${to}`;
  const at = `${begin} + make_interval(secs => payment_id * ${everyMs / 1_000})`;
  const hash = (kind: number) => `'0x' || lpad(to_hex(payment_id * 10 + ${kind}), 64, '0')`;
  const move = (kind: string, source: string, target: string) => `
      insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, created_at, closed_at)
        select id, '${source}', '${target}', amount_centavos, 'posted', ${at}, ${at}
        from kustodia.leg where kind = '${kind}' and ${those};`;
  try {
    await client.query(`
      update kustodia.installation set created_at = ${begin};
      insert into kustodia.customer (id, deposit_clabe) values ('cliente-1', '710969000000000014') on conflict do nothing;
      insert into kustodia.payment (id, customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status)
        select n, 'cliente-1', 10000 + n % 500, '710969000000000014', now(), now(), 'completed'
        from generate_series(${from}, ${to}) n;
      insert into kustodia.leg (payment_id, kind, state, amount_centavos, carried)
        select id, kind, state, amount_centavos,
          case kind when 'custody' then jsonb_build_object('escrowId', id::text) else '{}' end
        from kustodia.payment, (values ('deposit', 'issued'), ('custody', 'returned'), ('payout', 'paid')) over_(kind, state)
        where payment.id between ${from} and ${to};
      insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, outside_id, sent_at, closed_at)
        select id, case kind when 'custody' then 'withdraw' else 'redeem' end, 0, 1, gen_random_uuid(), amount_centavos,
          'done', case kind when 'custody' then 'wd-' else 'rd-' end || payment_id, ${at}, ${at}
        from kustodia.leg where kind <> 'deposit' and ${those};
      insert into kustodia.claim (source, outside_id, leg_id, claimed_at)
        select 'issuance', 'iss-' || payment_id, id, ${at} from kustodia.leg where kind = 'deposit' and ${those};
      insert into kustodia.bank_transaction (id, type, status, amount_base_units, address, bank_account_id, tx_hash, refunded,
          created_at, updated_at)
        select shown.id, type, 'COMPLETE', amount_centavos * 10000, address, account, hash, false, ${at}, ${at}
        from kustodia.leg, lateral (values
          ('iss-' || payment_id, 'ISSUANCE', null, null, null),
          ('wd-' || payment_id, 'CRYPTO_WITHDRAWAL', '0xb', null, ${hash(1)}),
          ('cd-' || payment_id, 'CRYPTO_DEPOSIT', null, null, ${hash(4)}),
          ('rd-' || payment_id, 'REDEMPTION', null, 'account', null)) shown(id, type, address, account, hash)
        where kind = 'deposit' and ${those};
      insert into kustodia.chain_transaction (leg_id, action, generation, signer, nonce, "to", data, gas, max_fee_per_gas,
          max_priority_fee_per_gas, hash, state)
        select id, action, 0, '0xb', payment_id * 3 + nonce, '0xe', '0x', 1, 1, 1, hash, 'mined'
        from kustodia.leg, lateral (values
          ('createEscrow', 0, ${hash(2)}), ('release', 1, ${hash(3)}), ('returnToJuno', 2, ${hash(4)})) own(action, nonce, hash)
        where kind = 'custody' and ${those};
      ${move("deposit", "buyer", "juno")} ${move("custody", "juno", "bridge")} ${move("custody", "bridge", "escrow")}
      ${move("custody", "escrow", "bridge")} ${move("custody", "bridge", "juno")} ${move("payout", "juno", "beneficiary")}`);
    // As autovacuum leaves a database that has been running.
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}
