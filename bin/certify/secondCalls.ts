import type pg from "pg";
import { createPublicClient, http } from "viem";
import { z } from "zod";
import type { AuditedSystem } from "../audit/auditedSystem.ts";
import { localAccounts } from "../stack/localAccounts.ts";

const requests = z.object({
  requests: z.array(z.object({ method: z.string(), path: z.string(), idempotencyKey: z.string().optional() })),
});

const BANK_LIST = "/mint_platform/v1/transactions";

/** A call of a payment that no evidence justified. */
export type Finding = Readonly<{ paymentId: number; failure: string }>;

/**
 * Which payments called a second time without evidence: an order under another key, the same order without a look at the
 * bank's list between the two, or a call to the chain with two nonces.
 */
export async function unjustifiedCalls(system: AuditedSystem): Promise<readonly Finding[]> {
  const { pool } = system.database;
  return [...(await ordersOf(pool, system.sandbox.url)), ...(await callsWithTwoNonces(pool))];
}

async function ordersOf(pool: pg.Pool, sandboxUrl: string): Promise<readonly Finding[]> {
  const received = requests.parse(await (await fetch(`${sandboxUrl}/sandbox/requests`)).json()).requests;
  const { rows } = await pool.query<{ paymentId: number; action: string; keys: string[] }>(
    `select payment_id as "paymentId", action, array_agg(distinct key::text) as keys
     from kustodia.attempt join kustodia.leg on leg.id = leg_id
     where action in ('withdraw', 'redeem') group by payment_id, action`,
  );
  return rows.flatMap(({ paymentId, action, keys }): Finding[] => {
    if (keys.length > 1) return [{ paymentId, failure: `${action} went out under ${keys.length} keys` }];
    const calls = received.filter(({ method, path, idempotencyKey }) =>
      method === "POST" ? idempotencyKey === keys[0] : path === BANK_LIST,
    );
    const blind = calls.some((call, index) => call.method === "POST" && calls[index - 1]?.method === "POST");
    return blind ? [{ paymentId, failure: `${action} was repeated without a look at the bank's list` }] : [];
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

/** How many transactions the bridge wallet has mined that our rows do not explain, and the other way round. */
export async function unexplainedTransactions({ anvil, database }: AuditedSystem): Promise<number> {
  const rpc = createPublicClient({ transport: http(anvil.rpcUrl) });
  const mined = await rpc.getTransactionCount({ address: localAccounts().bridge.address });
  const { rows } = await database.pool.query<{ nonces: number }>(
    "select count(distinct nonce)::int as nonces from kustodia.chain_transaction",
  );
  return Math.abs(mined - (rows[0]?.nonces ?? 0));
}
