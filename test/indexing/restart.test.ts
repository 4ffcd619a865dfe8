import { afterAll, expect, test } from "vitest";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { indexChain } from "./indexChain.ts";
import { bridge, deployOn } from "./localChain.ts";

const [anvil, database] = await Promise.all([freshAnvil(), freshDatabase()]);
const chain = await deployOn(anvil.rpcUrl, "one-step");
afterAll(async () => {
  await database.close();
  await anvil.stop();
});

test("a restarted indexer still has its facts, final and fresh ones, and adds what happened meanwhile", async () => {
  await chain.createEscrow();
  await chain.client.mine({ blocks: 70 }); // Ponder holds a block of Anvil for final when 30 to 60 blocks follow it.
  await chain.createEscrow();
  const first = await indexChain(chain, database);
  await first.caughtUp();
  const before = await rows();
  expect(before.map(({ kind, escrow_id }) => `${kind} ${escrow_id}`)).toContain("EscrowFunded 2");
  await first.stop();

  const release = await chain.escrow(bridge, "release", [1n]);
  const second = await indexChain(chain, database);
  try {
    await second.caughtUp();
    const after = await rows();
    expect(after.filter(({ tx_hash }) => tx_hash !== release.transactionHash)).toEqual(before);
    expect(after.slice(before.length).map(({ kind }) => kind)).toEqual(["Transfer", "EscrowReleased"]);
    const { rows: schemas } = await database.pool.query(
      "select schema_name from information_schema.schemata where schema_name like 'facts_%'",
    );
    expect(schemas).toHaveLength(1);
  } finally {
    await second.stop();
  }
});

async function rows() {
  return (await database.pool.query("select * from chain.chain_event order by id")).rows;
}
