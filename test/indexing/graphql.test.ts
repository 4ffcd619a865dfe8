import { afterAll, beforeAll, expect, test } from "vitest";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { RunningAnvil } from "../../bin/stack/startAnvil.ts";
import { QUERIES } from "../../src/api/queries.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { type FreshDatabase, freshDatabase } from "../harness/freshDatabase.ts";
import { type Indexer, indexChain } from "./indexChain.ts";
import { liveThroughEverything } from "./liveThroughEverything.ts";
import { AMOUNT, bridge, deployOn, type LocalChain } from "./localChain.ts";

let anvil: RunningAnvil;
let database: FreshDatabase;
let chain: LocalChain;
let indexer: Indexer;

beforeAll(async () => {
  [anvil, database] = await Promise.all([freshAnvil(), freshDatabase()]);
  chain = await deployOn(anvil.rpcUrl, "one-step");
  await liveThroughEverything(chain, "one-step");
  indexer = await indexChain(chain, database);
  await indexer.caughtUp();
}, 120_000);
afterAll(async () => {
  await indexer.stop();
  await database.close();
  await anvil.stop();
});

const ask = ({ query, variables }: (typeof QUERIES)[keyof typeof QUERIES], change: object = {}) =>
  indexer.graphql(query, { ...variables, ...change });

test("an escrow is asked for with its events", async () => {
  expect(await ask(QUERIES.escrow)).toMatchObject({
    escrows: {
      items: [
        {
          id: "1",
          contract: chain.contracts.escrow.toLowerCase(),
          status: "released",
          amountBaseUnits: String(AMOUNT),
          events: { items: [{ kind: "EscrowCreated" }, { kind: "EscrowFunded" }, { kind: "EscrowReleased" }] },
        },
      ],
    },
  });
});

type Points = {
  balancePoints: {
    totalCount?: number;
    items: { blockNumber: string; changeBaseUnits: string; amountBaseUnits: string }[];
  };
};

test("the bridge's balance over time is, after each transfer, what the token says of that block", async () => {
  const { balancePoints } = (await ask(QUERIES.bridgeBalance)) as Points;
  const points = balancePoints.items;
  expect(points.length).toBeGreaterThan(8);
  expect(balancePoints.totalCount).toBe(points.length);
  let held = 0n;
  for (const { blockNumber, changeBaseUnits, amountBaseUnits } of points) {
    held += BigInt(changeBaseUnits);
    expect([blockNumber, BigInt(amountBaseUnits)]).toEqual([blockNumber, held]);
    expect(held).toBe(await bridgeHolds(BigInt(blockNumber)));
  }
  expect(points.map(({ changeBaseUnits }) => changeBaseUnits)).toContain("0");
});

test("the bridge's balance is asked for at any past block, also at one in which nothing moved", async () => {
  const before = BigInt(chain.contracts.startBlock);
  for (let block = await chain.client.getBlockNumber(); block > before; block--) {
    const { balancePoints } = (await ask(QUERIES.bridgeBalanceAt, { block: String(block) })) as Points;
    expect(BigInt(balancePoints.items[0]?.amountBaseUnits ?? "0")).toBe(await bridgeHolds(block));
  }
});

const bridgeHolds = (blockNumber: bigint) =>
  chain.client.readContract({
    address: chain.contracts.mxnb,
    abi: mxnbAbi,
    functionName: "balanceOf",
    args: [bridge.address],
    blockNumber,
  });

test("the releases of a day are those of that day", async () => {
  const all = (await ask(QUERIES.releasesOfADay)) as { chainEvents: { items: { blockTimestamp: string }[] } };
  expect(all).toMatchObject({
    chainEvents: {
      totalCount: 2,
      items: [{ escrowId: "1", escrow: { amountBaseUnits: String(AMOUNT) } }, { escrowId: "2" }],
    },
  });
  const first = BigInt(all.chainEvents.items[0]?.blockTimestamp ?? "0");
  expect(await ask(QUERIES.releasesOfADay, { before: String(first) })).toMatchObject({
    chainEvents: { totalCount: 0 },
  });
});

const deep = "{ escrows { items { events { items { escrow { events { items { escrow { id } } } } } } } } }";
const named = `{ ${Array.from({ length: 9 }, (_, nth) => `a${nth}: escrows(limit: 1) { totalCount }`).join(" ")} }`;
const long = `{ escrow(id: "1") { ${"id ".repeat(500)} } }`;
test.each([
  ["too deep", deep, {}],
  ["asking the same under many names", named, {}],
  ["too long", long, {}],
  ["asking for many rows", "{ escrows(limit: 101) { items { id } } }", {}],
  ["asking for many rows by a variable", "query Q($n: Int) { escrows(limit: $n) { items { id } } }", { n: 101 }],
  ["asking for many rows by default", "query Q($n: Int = 1000) { escrows(limit: $n) { items { id } } }", {}],
])("an operation that is %s is refused", async (_how, query, variables) => {
  await expect(indexer.graphql(query, variables)).rejects.toThrow("GraphQL refused");
});

test("the page to try it shows the documented questions and loads nothing from elsewhere", async () => {
  const response = await fetch(indexer.graphqlUrl, { headers: { accept: "text/html" } });
  const page = await response.text();
  for (const { es } of Object.values(QUERIES)) expect(page).toContain(es);
  expect(page).not.toMatch(/https?:\/\/|src=/);
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'sha256-/);
});
