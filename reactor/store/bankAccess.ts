import { sql } from "drizzle-orm";
import type { LaneAddresses } from "../payments/lanes.ts";
import type { Database, Queryable } from "./database.ts";
import { isKilled } from "./killSwitch.ts";
import { OutgoingStopped } from "./OutgoingStopped.ts";
import { UNFLUSHED } from "./unflushed.ts";

/** A quarter of the budget is kept for calls that move money (DESIGN 7: 60 of 240). */
const KEPT_FOR_MONEY = 4;
const BETWEEN_TRIES_MS = 250;

/** Milliseconds, or one more than the last: increasing whatever the clocks of the reactors say. */
const NEXT_NONCE = sql.raw("greatest(floor(extract(epoch from clock_timestamp()) * 1000)::bigint, last_nonce + 1)");

/**
 * The nonce and the request budget of one API key, in one row that every reactor shares. Nobody waits for the disk (UNFLUSHED): a nonce is
 * never behind the clock, and a call that is not counted is one of 240. Who moves money by such a call has its intent on the disk by then.
 */
export type BankAccess = Readonly<{
  nextNonce: () => Promise<bigint>;
  /**
   * Waits until a call may leave, which then has its nonce too. @throws {OutgoingStopped} when money may not leave by now: a
   * call waits here for others longer than the kill switch may take. @throws Error after a minute without a place.
   */
  takePlace: (lane: "money" | "read") => Promise<void>;
  onThrottled: (lockoutMs: number) => Promise<void>;
}>;

/**
 * Makes a key's row, and binds the key to its bank account for ever.
 * @throws Error with a sentence when it is another account's: this reactor would read and spend that one's money under this one's name.
 */
export async function adoptKey(db: Queryable, apiKey: string, account: string, callsAMinute: number): Promise<void> {
  await db.execute(sql`insert into kustodia.bank_access (api_key, account, last_nonce, tokens_milli, refilled_at)
    values (${apiKey}, ${account}, 0, ${callsAMinute * 1_000}, now()) on conflict do nothing`);
  const { rows } = await db.execute<{ account: string }>(
    sql`select account from kustodia.bank_access where api_key = ${apiKey} and account <> ${account}`,
  );
  const other = rows[0]?.account;
  if (other === undefined) return;
  throw new Error(
    `La llave de Juno es de la cuenta ${other}, y BANK_ACCOUNT es ${account}. / The key of Juno's is account ${other}'s, and BANK_ACCOUNT is ${account}.`,
  );
}

/**
 * @param callsAMinute what the account may be asked: the bank allows 300, from all that uses it (juno-api.md 2.0).
 * @param addresses with which whoever calls was started: once another is in force it sends no money.
 */
export function bankAccess(
  db: Database,
  apiKey: string,
  addresses: LaneAddresses,
  callsAMinute: number,
  sleep: (ms: number) => Promise<void>,
): BankAccess {
  const fullMilli = callsAMinute * 1_000;
  let made: Promise<void> | null = null;
  /** The row is made once, and stays. */
  const ensure = async () => {
    made ??= adoptKey(db, apiKey, addresses.account, callsAMinute);
    await made.catch((error: unknown) => {
      made = null;
      throw error;
    });
  };

  /** Drawn with the place of the call that is about to leave: one call does at a time (juno/lanes.ts). */
  let drawn: bigint | null = null;
  const nextNonce = async () => {
    const ofPlace = drawn;
    drawn = null;
    if (ofPlace !== null) return ofPlace;
    await ensure();
    const { rows } = await db.execute<{ nonce: string }>(sql`
      with ${UNFLUSHED}
      update kustodia.bank_access
      set last_nonce = ${NEXT_NONCE}
      from unflushed where api_key = ${apiKey} returning last_nonce::text as nonce`);
    const nonce = rows[0]?.nonce;
    if (nonce === undefined) throw new Error("The row of the bank's nonce is gone.");
    return BigInt(nonce);
  };

  /**
   * A bucket that fills by itself; thousandths of a call, so that a fraction of a second counts. A clock that was set back
   * fills nothing and takes nothing: the time since the last look is counted anew from each look.
   */
  const tryToTakePlace = async (floorMilli: number) => {
    const { rows } = await db.execute<{ taken: boolean; nonce: string }>(sql`
      with ${UNFLUSHED}, filled as (
        select least(${fullMilli}, tokens_milli
          + floor(greatest(0, extract(epoch from clock_timestamp() - refilled_at)) * ${fullMilli / 60})::bigint) as tokens,
          locked_until is null or locked_until < clock_timestamp() as is_open
        from kustodia.bank_access where api_key = ${apiKey} for update
      ), looked as (
        select tokens, is_open and tokens >= ${floorMilli + 1_000} as taken from filled
      )
      update kustodia.bank_access
      set tokens_milli = looked.tokens - case when taken then 1000 else 0 end, refilled_at = clock_timestamp(),
        locked_until = case when taken then null else locked_until end,
        last_nonce = case when taken then ${NEXT_NONCE} else last_nonce end
      from looked, unflushed where api_key = ${apiKey}
      returning taken, last_nonce::text as nonce`);
    const [looked] = rows;
    drawn = looked?.taken ? BigInt(looked.nonce) : null;
    return drawn !== null;
  };

  const takePlace = async (lane: "money" | "read") => {
    await ensure();
    const floorMilli = lane === "money" ? 0 : fullMilli / KEPT_FOR_MONEY;
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += BETWEEN_TRIES_MS) {
      const isMoney = lane === "money";
      const [isTaken, isStopped] = await Promise.all([tryToTakePlace(floorMilli), isMoney && isKilled(db, addresses)]);
      if (isTaken && isStopped) throw new OutgoingStopped();
      if (isTaken) return;
      await sleep(BETWEEN_TRIES_MS);
    }
    throw new Error(
      "El límite de llamadas a Juno no dejó lugar en un minuto. / Juno's call limit left no place in a minute.",
    );
  };

  const onThrottled = async (lockoutMs: number) => {
    await ensure();
    await db.execute(sql`update kustodia.bank_access
      set locked_until = greatest(locked_until, clock_timestamp() + make_interval(secs => ${lockoutMs / 1_000}))
      where api_key = ${apiKey}`);
  };

  return { nextNonce, takePlace, onThrottled };
}
