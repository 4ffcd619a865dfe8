import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { FIRST_ACCOUNT, FIRST_LANE } from "../payments/lanes.ts";
import type { Queryable } from "./database.ts";

/**
 * The numbers of all advisory locks of one number. Any numbers, but no two the same: what two share holds up each other. The five
 * processes have those from `process` on.
 */
export const LOCKS = {
  migration: 7_081,
  /** Keeps two reactors from reserving the same money at once; held to the end of the transaction. */
  reservation: 7_083,
  matching: 7_084,
  lane: 7_085,
  bankReading: 7_086,
  heads: 7_087,
  /** Held shared by whoever takes a payment's next number, alone by whoever sets it forward. */
  numbering: 7_088,
  /** Held shared by whoever gives a payment to a lane, alone by whoever changes what lanes may be given any. */
  lanes: 7_089,
  sealing: 7_094,
  reconciliation: 7_100,
  screening: 7_101,
  alerts: 7_102,
  process: 7_110,
} as const;

/** The number of a lock that each lane has its own of. */
export const laneLock = (lock: number, lane: string): number => lockOf(lock, lane, FIRST_LANE);

/** The number of a lock that each bank account has its own of. */
export const accountLock = (lock: number, account: string): number => lockOf(lock, account, FIRST_ACCOUNT);

/** The first one's number is what it was before there were others, so that a reactor of then and one of now exclude each other. */
function lockOf(lock: number, name: string, first: string): number {
  if (name === first) return lock;
  // Beyond every number above; 2^53 is far.
  return lock * 2 ** 32 + createHash("sha256").update(name).digest().readUInt32BE();
}

/** A holder gives the database a sign of life this often; a session without one is ended there (database.ts). */
const SIGN_OF_LIFE_MS = 5_000;

/**
 * Runs `work` if no other process is running it, under a session advisory lock: no transaction is open meanwhile, and a
 * killed or frozen holder frees it.
 * @returns what `work` returned, or null when somebody else holds the lock.
 */
export async function withLock<T>(pool: pg.Pool, lock: number, work: () => Promise<T>): Promise<T | null> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1) as got", [lock]);
    if (!rows[0]?.got) return null;
    // A session that is lost meanwhile is told of by the pool, and by the unlocking that then fails.
    const life = setInterval(() => client.query("select 1").catch(() => clearInterval(life)), SIGN_OF_LIFE_MS);
    try {
      return await work();
    } finally {
      clearInterval(life);
      await client.query("select pg_advisory_unlock($1)", [lock]);
    }
  } finally {
    client.release();
  }
}

/** Which of these locks somebody holds now. */
export async function heldLocks(db: Queryable, locks: readonly number[]): Promise<ReadonlySet<number>> {
  // Postgres shows a number of 64 bits in two halves.
  const { rows } = await db.execute<{ lock: string }>(sql`
    select lock::text from (
      select (classid::bigint << 32) | objid::bigint as lock from pg_locks
      where locktype = 'advisory' and objsubid = 1 and granted
        and database = (select oid from pg_database where datname = current_database())) held
    where lock = any(${sql.param(locks)}::bigint[])`);
  return new Set(rows.map((row) => Number(row.lock)));
}
