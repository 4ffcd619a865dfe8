import { type SQL, sql } from "drizzle-orm";

/**
 * Locks these legs by their numbers, as `held`, until the transaction ends. Whoever changes several does it so: a batch that is
 * saved and a look that wakes would else wait for each other, and Postgres needs a second to see it.
 */
export const heldInOrder = (which: SQL) =>
  sql`held as materialized (select leg.id, leg.payment_id, leg.kind, leg.state, leg.payee from kustodia.leg where ${which} order by leg.id for no key update)`;
