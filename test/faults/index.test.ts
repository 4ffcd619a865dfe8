import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { killHard } from "../journeys/support/killHard.ts";
import { follow } from "./support/follow.ts";
import { legOf, untilLeg } from "./support/legs.ts";

const WITHIN_MS = 120_000;
/** Each answer of a slow node comes so late: its newest block is older than the reactor acts on. */
const LAG_MS = 8_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off", STALE_AFTER_MS: "5000" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const { pool } = system.database;
let ponder = system.ponder;
const { paidBy, allPaidOnce } = follow(system, () => reactor);

const schemaOfView = async () => {
  const { rows } = await pool.query<{ definition: string }>(
    "select definition from pg_views where schemaname = 'chain' and viewname = 'chain_event'",
  );
  return /facts_[0-9a-f]{8}/.exec(rows[0]?.definition ?? "")?.[0];
};

test("Ponder is killed -9, falls far behind, and comes back in a new schema that it indexes from the beginning: what is consumed is consumed once", async () => {
  const [active, later] = await paidBy(["1500.00", "1500.00"], 20_000);
  if (!active || !later) throw new Error("Two payments were asked for.");
  for (const { id } of [active, later])
    await untilLeg(pool, id, "custody", ({ state }) => state === "active", WITHIN_MS);
  const before = await schemaOfView();
  await killHard(system.ponder);
  await until("facts that are too old to act on", 30_000, async () =>
    (await fetch(`${reactor.url}/ready`)).status === 503 ? true : undefined,
  );
  // Custody ends meanwhile, and nobody can know that it is still there: nothing leaves.
  await sleep(12_000);
  for (const { id } of [active, later]) {
    expect(["active", "releasing"]).toContain((await legOf(pool, id, "custody")).state);
  }
  // Another first block is another build; nothing happened before the contracts were there.
  const { startBlock } = system.contracts;
  ponder = await system.restartPonder({ START_BLOCK: String(startBlock === 0 ? 1 : startBlock - 1) });
  await allPaidOnce([active, later]);
  expect(await schemaOfView()).not.toBe(before);
  expect(before).toMatch(/^facts_/);
}, 300_000);

test("Ponder lives and lags far behind, since its node is slow: nothing of a custody that has ended leaves until it has caught up", async () => {
  let slowMs = 0;
  const proxy = await startRpcProxy(system.anvil.rpcUrl, () => sleep(slowMs, "none" as const));
  onTestFinished(() => proxy.stop());
  const payments = await paidBy(["1600.00"], 20_000);
  const [payment] = payments;
  if (!payment) throw new Error("One payment was asked for.");
  await untilLeg(pool, payment.id, "custody", ({ state }) => state === "active", WITHIN_MS);
  await ponder.stop();
  // Without a websocket it learns of a block only by asking.
  ponder = await system.restartPonder({ ETH_RPC_URL: proxy.url, ETH_WS_URL: "" });
  slowMs = LAG_MS;
  const { indexer } = await until("an index too far behind to act on", 60_000, async () => {
    const body = (await (await fetch(`${reactor.url}/ready`)).json()) as Ready;
    return body.indexer.ok ? undefined : body;
  });
  const [indexed = 0, latest = 0] = [...indexer.detail.matchAll(/\d+/g)].map(Number);
  expect(indexed).toBeLessThan(latest - 4);
  // It lives, and comes on by a block now and then: it only never gets there.
  const further = await until("a later block in the index, and still far behind", 60_000, async () => {
    const body = (await (await fetch(`${reactor.url}/ready`)).json()) as Ready;
    const [now = 0] = [...body.indexer.detail.matchAll(/\d+/g)].map(Number);
    return now > indexed ? body : undefined;
  });
  expect(further.indexer.ok).toBe(false);
  await sleep(12_000);
  expect(["active", "releasing"]).toContain((await legOf(pool, payment.id, "custody")).state);
  slowMs = 0;
  await allPaidOnce(payments);
}, 300_000);

type Ready = Readonly<{ indexer: { ok: boolean; detail: string } }>;
