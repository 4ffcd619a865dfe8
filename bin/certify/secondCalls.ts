import type pg from "pg";
import { createPublicClient, http } from "viem";
import type { AuditedSystem } from "../audit/auditedSystem.ts";
import { localAccounts } from "../stack/localAccounts.ts";
import { type Received, receivedRequests } from "./receivedRequests.ts";

/** Each order to the bank that could be repeated, and the list that shows whether it was accepted. */
const LIST_OF = {
  withdraw: "/mint_platform/v1/transactions",
  redeem: "/mint_platform/v1/transactions",
  registerAccount: "/mint_platform/v1/accounts/banks",
} as const;
type Repeatable = keyof typeof LIST_OF;

/** A call of a payment that no evidence justified. */
export type Finding = Readonly<{ paymentId: number; failure: string }>;

type Audited = AuditedSystem & Readonly<{ bankKey: Readonly<{ apiKey: string }> }>;

/**
 * Which payments called a second time without evidence: an order under another key, the same order without a look at the
 * bank's list between the two, or a call to the chain with two nonces.
 */
export async function unjustifiedCalls(system: Audited): Promise<readonly Finding[]> {
  const { pool } = system.database;
  return [...(await ordersOf(system)), ...(await callsWithTwoNonces(pool))];
}

async function ordersOf({ database, sandbox, bankKey }: Audited): Promise<readonly Finding[]> {
  // The tripwire looks at the same lists, with its own key; what it saw is nobody else's evidence.
  const received = (await receivedRequests(sandbox)).filter(({ apiKey }) => apiKey === bankKey.apiKey);
  const { rows } = await database.pool.query<{
    paymentId: number;
    action: Repeatable;
    keys: string[];
    clabes: string[];
  }>(
    `select payment_id as "paymentId", action, array_agg(distinct key::text) as keys,
       array(select clabe from kustodia.payout_account where leg_id = any(array_agg(leg.id))) as clabes
     from kustodia.attempt join kustodia.leg on leg.id = leg_id
     where action = any($1) group by payment_id, action`,
    [Object.keys(LIST_OF)],
  );
  return rows.flatMap(({ paymentId, action, keys, clabes }): Finding[] => {
    if (keys.length > 1) return [{ paymentId, failure: `${action} went out under ${keys.length} keys` }];
    const list = LIST_OF[action];
    // A registration has no key of its own: the account that it names tells it.
    const isOrder = ({ method, path, idempotencyKey, body = "" }: Received) =>
      method === "POST" &&
      (action === "registerAccount"
        ? path === list && clabes.some((clabe) => body.includes(clabe))
        : idempotencyKey === keys[0]);
    const isLook = ({ method, path, answered }: Received) => method === "GET" && path === list && answered === 200;
    return isRepeatedBlindly(received, isOrder, isLook)
      ? [{ paymentId, failure: `${action} was repeated without a look at the bank's list` }]
      : [];
  });
}

/** Whether one of these orders followed another one without an answered look in between. */
function isRepeatedBlindly(
  received: readonly Received[],
  isOrder: (call: Received) => boolean,
  isLook: (call: Received) => boolean,
): boolean {
  const told = received.filter((call) => isOrder(call) || isLook(call));
  return told.some((call, index) => {
    const before = told[index - 1];
    return before !== undefined && isOrder(call) && isOrder(before);
  });
}

async function callsWithTwoNonces(pool: pg.Pool): Promise<readonly Finding[]> {
  const { rows } = await pool.query<{ paymentId: number; action: string; nonces: number }>(
    `select payment_id as "paymentId", action, count(distinct nonce)::int as nonces
     from kustodia.chain_transaction join kustodia.leg on leg.id = leg_id
     group by payment_id, action having count(distinct nonce) > 1`,
  );
  return rows.map(({ paymentId, action, nonces }) => ({ paymentId, failure: `${action} took ${nonces} nonces` }));
}

/** Payments one of whose orders has ended without an outcome, or with one that no evidence is stored of. */
export async function unprovenAttempts(pool: pg.Pool): Promise<readonly Finding[]> {
  const { rows } = await pool.query<{ paymentId: number; action: string; outcome: string }>(
    `select payment_id as "paymentId", action, outcome from kustodia.attempt join kustodia.leg on leg.id = leg_id
     where outcome = 'pending' or evidence is null`,
  );
  return rows.map(({ paymentId, action, outcome }) => ({
    paymentId,
    failure: `an attempt to ${action} is ${outcome} and no evidence is stored`,
  }));
}

/** How many transactions the bridge wallet has mined that our rows do not explain, and the other way round. */
export async function unexplainedTransactions({ anvil, database }: AuditedSystem): Promise<number> {
  const rpc = createPublicClient({ transport: http(anvil.rpcUrl) });
  const mined = await rpc.getTransactionCount({ address: localAccounts().bridge.address });
  const { rows } = await database.pool.query<{ nonces: number }>(
    "select count(distinct nonce)::int as nonces from kustodia.chain_transaction",
  );
  return Math.abs(mined - (rows[0]?.nonces ?? 0));
}
