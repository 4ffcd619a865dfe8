import pg from "pg";
import { afterAll, expect, test, vi } from "vitest";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { indexChain } from "./indexChain.ts";
import { deployOn } from "./localChain.ts";

const [anvil, database] = await Promise.all([freshAnvil(), freshDatabase()]);
const chain = await deployOn(anvil.rpcUrl, "one-step");
const indexer = await indexChain(chain, database);
await indexer.caughtUp();
afterAll(async () => {
  await indexer.stop();
  await database.close();
  await anvil.stop();
});

test("a new block rings the doorbell of the views schema with the names of the tables it changed", async () => {
  const listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  const rung: string[][] = [];
  listener.on("notification", ({ payload }) => rung.push(JSON.parse(payload ?? "null")));
  await listener.query(`listen "chain_live_query"`);
  try {
    await chain.createEscrow();
    await vi.waitUntil(() => rung.some((tables) => tables.length > 0), { timeout: 10_000 });
    expect(rung).toContainEqual(["balance", "balance_point", "chain_event", "escrow", "transfer"]);
  } finally {
    await listener.end();
  }
});

test("a reorg takes away the rows of the dead block, and a re-included transaction comes back with its new block", async () => {
  const before = await facts();
  const dead = await chain.createEscrow();
  await vi.waitUntil(async () => (await rowsOf(dead.transactionHash)).length === 3, { timeout: 10_000 });
  const withDead = await facts();
  const transaction = await chain.client.request({
    method: "eth_getRawTransactionByHash" as never,
    params: [dead.transactionHash] as never,
  });

  await chain.client.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  await vi.waitUntil(async () => (await rowsOf(dead.transactionHash)).length === 0, { timeout: 10_000 });
  expect(await facts()).toEqual(before);

  await chain.client.sendRawTransaction({ serializedTransaction: transaction });
  const alive = await chain.client.waitForTransactionReceipt({ hash: dead.transactionHash });
  await vi.waitUntil(async () => (await rowsOf(dead.transactionHash)).length > 0, { timeout: 10_000 });
  expect(alive.blockHash).not.toBe(dead.blockHash);
  expect(await rowsOf(dead.transactionHash)).toEqual(
    ["EscrowCreated", "Transfer", "EscrowFunded"].map((kind) => ({ kind, block_hash: alive.blockHash })),
  );
  expect((await facts()).balances).toEqual(withDead.balances);
});

async function rowsOf(txHash: string): Promise<unknown[]> {
  const sql = "select kind, block_hash from chain.chain_event where tx_hash = $1 order by id";
  return (await database.pool.query(sql, [txHash])).rows;
}

/** All that the indexer says; the block in which a balance last changed is left out, since a reorg may move it. */
async function facts() {
  const { pool } = database;
  return {
    events: (await pool.query("select * from chain.chain_event order by id")).rows,
    escrows: (await pool.query("select * from chain.escrow order by id")).rows,
    transfers: (await pool.query("select * from chain.transfer order by id")).rows,
    balances: (await pool.query("select holder, amount_base_units from chain.balance order by holder")).rows,
  };
}
