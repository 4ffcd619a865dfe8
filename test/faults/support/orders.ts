import type pg from "pg";
import { expect } from "vitest";
import { z } from "zod";
import type { SendAction } from "../../../reactor/payments/table.ts";

export type SentAttempt = Readonly<{
  generation: number;
  key: string;
  outcome: "pending" | "done" | "refused" | "unknown";
  when: "never" | "not_now" | null;
  reason: string | null;
  /** What the bank or the network said, in its own words. */
  evidence: string;
}>;

/** Every sending of an action of the payment, oldest first. */
export async function attemptsOf(
  pool: pg.Pool,
  paymentId: number,
  action: SendAction,
): Promise<readonly SentAttempt[]> {
  const { rows } = await pool.query<SentAttempt>(
    `select attempt.generation, key, outcome, refused_when as "when", attempt.reason, coalesce(evidence::text, '') as evidence
     from kustodia.attempt join kustodia.leg on leg.id = leg_id
     where payment_id = $1 and action = $2 order by attempt.id`,
    [paymentId, action],
  );
  return rows;
}

const books = z.object({ orders: z.array(z.object({ type: z.string(), idempotencyKey: z.uuid().optional() })) });

/**
 * Holds every order that the bank has to our intents: whatever was sent again, was sent under the key of the first time,
 * and no key of ours opened two orders.
 */
export async function keysAreKept(pool: pg.Pool, sandbox: { url: string }): Promise<void> {
  const { rows: orders } = await pool.query<{ keys: number; key: string }>(
    `select count(distinct key)::int as keys, min(key::text) as key from kustodia.attempt
     where action in ('withdraw', 'redeem') group by leg_id, action, generation`,
  );
  expect(
    orders.filter(({ keys }) => keys !== 1),
    "orders of ours with more than one key",
  ).toEqual([]);
  expect(new Set(orders.map(({ key }) => key)).size, "keys of two orders").toBe(orders.length);
  const response = await fetch(`${sandbox.url}/sandbox/books`);
  const ordered = books
    .parse(await response.json())
    .orders.flatMap(({ type, idempotencyKey }) =>
      type === "CRYPTO_WITHDRAWAL" || type === "REDEMPTION" ? [idempotencyKey] : [],
    );
  expect(new Set(ordered).size, "keys under which the bank opened two orders").toBe(ordered.length);
  const ours = orders.map(({ key }) => key);
  expect(
    ordered.filter((key) => key === undefined || !ours.includes(key)),
    "orders that are not ours",
  ).toEqual([]);
}
