import pg from "pg";
import { createPublicClient, http } from "viem";
import type { System } from "../../bin/certify/openSystem.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { moneyRequests } from "../../test/faults/support/bankRequests.ts";
import type { Created } from "./keepCreating.ts";

export type Lost = Readonly<{
  /** Answered with 201, and not there. */
  payments: number;
  /** Keys under which the bank was asked to move money, and that no attempt has. */
  bankOrders: number;
  /** Nonces that the node has taken from our key, and that we would take again. */
  nonces: number;
}>;

/** What a database that has just become the primary does not know of what its predecessor had acknowledged. */
export async function whatWasLost(system: System, url: string, answered: readonly Created[]): Promise<Lost> {
  const there = new URL(url);
  there.pathname = new URL(system.databaseUrl).pathname;
  const client = new pg.Client({ connectionString: there.href });
  await client.connect();
  try {
    const known = async (sql: string, values: readonly unknown[]) => (await client.query(sql, [values])).rowCount ?? 0;
    const keys = new Set((await moneyRequests(system.sandbox)).flatMap(({ idempotencyKey }) => idempotencyKey ?? []));
    const { rows } = await client.query<{ next: number }>(
      "select coalesce(max(next_nonce), 0) as next from kustodia.signer",
    );
    const rpc = createPublicClient({ transport: http(system.anvil.rpcUrl), cacheTime: 0 });
    const taken = await rpc.getTransactionCount({ address: localAccounts().bridge.address, blockTag: "pending" });
    return {
      payments:
        answered.length -
        (await known(
          "select from kustodia.payment where id = any($1)",
          answered.map(({ id }) => id),
        )),
      bankOrders:
        keys.size - (await known("select distinct key from kustodia.attempt where key = any($1::uuid[])", [...keys])),
      nonces: Math.max(0, taken - (rows[0]?.next ?? 0)),
    };
  } finally {
    await client.end();
  }
}
