import { type SQL, sql } from "drizzle-orm";

/**
 * Locks these legs by their numbers, as `held`, until the transaction ends. Whoever changes several does it so: a batch that is
 * saved and a look that wakes would else wait for each other, and Postgres needs a second to see it.
 * `is_free_and_due`: as each is once it is locked, whatever it was when the statement began.
 */
export const heldInOrder = (which: SQL) => sql`held as materialized (
  select leg.id, leg.payment_id, leg.kind, leg.state, leg.payee, leg.due_at <= now() and leg.lease_holder is null as is_free_and_due
  from kustodia.leg where ${which} order by leg.id for no key update)`;

/**
 * Makes `held` legs due. One that is due and claimed by nobody is left as it is: nobody can claim it before this transaction
 * ends, and whoever claims it then reads what there is to know by then.
 */
export const WAKE_HELD = sql`update kustodia.leg set due_at = now(), woken_at = clock_timestamp()
  from held where leg.id = held.id and held.is_free_and_due is not true`;
