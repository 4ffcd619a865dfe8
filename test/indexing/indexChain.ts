import { resolve } from "node:path";
import { vi } from "vitest";
import { startPonder } from "../../bin/stack/startPonder.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import type { FreshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { bridge, juno, type LocalChain } from "./localChain.ts";

export type Indexer = Awaited<ReturnType<typeof indexChain>>;

/** A real Ponder process on this chain, behind the views schema `chain`; what was final at its start is indexed. */
export async function indexChain(chain: LocalChain, database: FreshDatabase) {
  const folder = openTestFolder();
  const ponder = await startPonder(supervise(folder.path), {
    checkout: resolve(import.meta.dirname, "../.."),
    env: {
      DATABASE_URL: database.url,
      ETH_RPC_URL: chain.rpcUrl,
      CHAIN_ID: "31337",
      ESCROW_CONTRACT_ADDRESS_2: chain.contracts.escrow,
      MOCK_ERC20_ADDRESS: chain.contracts.mxnb,
      ESCROW_BRIDGE_WALLET: bridge.address,
      JUNO_WALLET: juno.address,
      START_BLOCK: String(chain.contracts.startBlock),
    },
  });
  return {
    stop: async () => {
      await ponder.stop();
      folder.remove();
    },
    /** Returns when every block that the chain has now is indexed. */
    caughtUp: async () => {
      const head = await chain.client.getBlockNumber();
      await vi.waitUntil(async () => (await indexedBlock(database)) >= head, { timeout: 15_000, interval: 20 });
    },
    graphqlUrl: `${ponder.url}/graphql`,
    graphql: async (query: string, variables: object = {}): Promise<unknown> => {
      const response = await fetch(`${ponder.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
      if (errors) throw new Error(`GraphQL refused: ${JSON.stringify(errors)}`);
      return data;
    },
    /** Asks as @ponder/client does: one statement, wrapped as superjson wraps it. */
    sql: async (statement: string) => {
      const query = JSON.stringify({ json: { sql: statement, params: [] } });
      const response = await fetch(`${ponder.url}/sql/db?${new URLSearchParams({ sql: query })}`);
      return { status: response.status, body: await response.text() };
    },
  };
}

/** The number of the last indexed block, read as the reactor reads it: digits 27 to 42 of Ponder's checkpoint. */
async function indexedBlock(database: FreshDatabase): Promise<bigint> {
  const { rows } = await database.pool.query(
    "select substr(latest_checkpoint, 27, 16)::bigint as block from chain._ponder_checkpoint",
  );
  return BigInt(rows[0].block);
}
