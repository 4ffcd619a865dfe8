import { sql } from "drizzle-orm";

/**
 * For one statement's own commit, outside a transaction: whoever asks does not wait for the disk. What a Postgres that loses its power
 * forgets of such statements is the last half second; whatever is committed after them and waited for has them too. The statement must
 * select from `unflushed`, or it is not carried out.
 */
export const UNFLUSHED = sql.raw("unflushed as materialized (select set_config('synchronous_commit', 'off', true))");

/** The same for a whole transaction, asked in it. */
export const UNFLUSHED_TRANSACTION = sql.raw("select set_config('synchronous_commit', 'off', true)");
