import type pg from "pg";

/**
 * When any reactor touched a leg or its transaction, kept by the database itself: to the millisecond, and without asking.
 * Only a database of the certificate's own is given this.
 */
export async function keepWorkLog(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create schema certify;
    create table certify.work (leg_id int, at timestamptz not null default clock_timestamp());
    create function certify.note_claim() returns trigger language plpgsql as $$ begin
      insert into certify.work values (new.id); return null;
    end $$;
    create function certify.note_call() returns trigger language plpgsql as $$ begin
      insert into certify.work values (new.leg_id); return null;
    end $$;
    create trigger claim after update on kustodia.leg for each row
      when (new.lease_holder is not null and new.lease_until is distinct from old.lease_until)
      execute function certify.note_claim();
    create trigger call after insert or update on kustodia.chain_transaction for each row execute function certify.note_call();`);
}

/**
 * How long after this moment (unix ms) somebody worked on a leg of the payment again, ms; null if nobody did.
 * @param orAllowance whether work on the lane's allowance counts, which belongs to no leg: it was that order that died.
 */
export async function resumedAfterMs(
  pool: pg.Pool,
  paymentId: number,
  sinceMs: number,
  orAllowance = false,
): Promise<number | null> {
  const { rows } = await pool.query<{ ms: number }>(
    `select extract(epoch from min(at) - to_timestamp($2 / 1000.0))::float8 * 1000 as ms
     from certify.work left join kustodia.leg on leg.id = leg_id
     where (payment_id = $1 or ($3 and leg_id is null)) and at > to_timestamp($2 / 1000.0)`,
    [paymentId, sinceMs, orAllowance],
  );
  return rows[0]?.ms ?? null;
}
