import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { killHard } from "../journeys/support/killHard.ts";
import { follow } from "./support/follow.ts";
import { legOf, untilLeg } from "./support/legs.ts";

const WITHIN_MS = 120_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off", STALE_AFTER_MS: "5000" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const { pool } = system.database;
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
  await system.restartPonder({ START_BLOCK: String(startBlock === 0 ? 1 : startBlock - 1) });
  await allPaidOnce([active, later]);
  expect(await schemaOfView()).not.toBe(before);
  expect(before).toMatch(/^facts_/);
}, 300_000);
