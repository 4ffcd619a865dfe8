import pg from "pg";

/** Amounts differ, so that no payment's orders are taken for another's. @returns centavos. */
export const amountOf = (paymentId: number): bigint => 100_00n + BigInt(paymentId % 50_000);

/** Not one of these is a bank's: whose CLABE it is stands in the last digits. */
export const depositClabeOf = (paymentId: number): string => `7109690${String(paymentId).padStart(11, "0")}`;

/** Sellers sell more than once: as many have an account at the bank. */
export const SELLERS = 20;
const SELLER_CLABE = "002010077777777771";
export const sellerOf = (paymentId: number) => ({ name: `Vendedora ${paymentId % SELLERS}`, clabe: SELLER_CLABE });

/**
 * Stores payments `from` to `to`, each awaiting its deposit and over in a moment, as `createPayment` leaves them but in one
 * statement a table: what is measured begins with the deposit.
 */
export async function storeAwaiting(databaseUrl: string, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const those = `payment.id between ${from} and ${to}`;
  const clabe = "'7109690' || lpad(n::text, 11, '0')";
  try {
    await client.query(`
      begin;
      insert into kustodia.customer (id, deposit_clabe) select 'cliente-' || n, ${clabe} from generate_series(${from}, ${to}) n;
      insert into kustodia.payment (id, external_id, customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status)
        select n, 'pedido-' || n, 'cliente-' || n, 10000 + n % 50000, ${clabe}, now(), now() + interval '1 day', 'pending'
        from generate_series(${from}, ${to}) n;
      insert into kustodia.party (payment_id, payer_name, recipient_legal_name, payout_clabe, salt)
        select id, 'Compradora', 'Vendedora ' || id % ${SELLERS}, '${SELLER_CLABE}', 'sal' from kustodia.payment where ${those};
      insert into kustodia.leg (payment_id, kind, state, amount_centavos, source, payee, deadline_at, due_at)
        select id, kind, state, amount_centavos, source, payee, at, at from kustodia.payment cross join lateral (values
          ('deposit', 'awaiting', null, null, expires_at),
          ('custody', 'waiting', null, null, null),
          ('payout', 'waiting', 'custody', 'seller', null)) begun(kind, state, source, payee, at)
        where ${those} order by id;
      insert into kustodia.payout_account (leg_id, version, payee, legal_name, clabe, given_by, reason)
        select leg.id, 1, 'seller', 'Vendedora ' || payment_id % ${SELLERS}, '${SELLER_CLABE}', 'bench', 'al crear el pago'
        from kustodia.leg join kustodia.payment on payment.id = payment_id where leg.kind = 'payout' and ${those};
      commit;`);
    // As autovacuum leaves a database that has been running.
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}
