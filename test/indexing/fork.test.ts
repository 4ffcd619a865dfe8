import { afterAll, expect, test } from "vitest";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { indexChain } from "./indexChain.ts";
import { AMOUNT, actOn, bridge, deployOn } from "./localChain.ts";

const [origin, database] = await Promise.all([freshAnvil(), freshDatabase()]);
afterAll(async () => {
  await database.close();
  await origin.stop();
});

test("an indexer on a fork knows the escrow from before the fork, follows it on the fork, and leaves the origin alone", async () => {
  const before = await deployOn(origin.rpcUrl, "two-step");
  await before.createEscrow();
  await before.escrow(bridge, "fundEscrow", [1n]);
  await before.client.mine({ blocks: 70 });

  const anvil = await freshAnvil({ forkUrl: origin.rpcUrl });
  const fork = actOn(anvil.rpcUrl, before.contracts);
  const indexer = await indexChain(fork, database);
  const escrow = `escrow(contract: "${before.contracts.escrow.toLowerCase()}", id: "1")`;
  try {
    await indexer.caughtUp();
    expect(await indexer.graphql(`{ ${escrow} { status amountBaseUnits fundingTransfers { totalCount } } }`)).toEqual({
      escrow: { status: "funded", amountBaseUnits: String(AMOUNT), fundingTransfers: { totalCount: 1 } },
    });

    await fork.escrow(bridge, "release", [1n]);
    await indexer.caughtUp();
    expect(await indexer.graphql(`{ ${escrow} { status } }`)).toEqual({ escrow: { status: "released" } });
    expect(await before.client.getBlockNumber()).toBeLessThan(await fork.client.getBlockNumber());
  } finally {
    await indexer.stop();
    await anvil.stop();
  }
});
