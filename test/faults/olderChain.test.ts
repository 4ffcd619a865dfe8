import { copyFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";

const STALE_AFTER_MS = 6_000;
const CUSTODY_MS = 45_000;
const QUIET_MS = 5_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off", STALE_AFTER_MS: String(STALE_AFTER_MS) } });
afterAll(() => system.close());
const { pool } = system.database;
const node = createPublicClient({ transport: http(system.anvil.rpcUrl), cacheTime: 0 });

test("a chain that comes back in an older state: stale while it is shorter than what was settled, then the kill switch; nothing is paid", async () => {
  // The older state: contracts, and none of our payments.
  await system.anvil.stop();
  const older = `${system.chainState}.older`;
  copyFileSync(system.chainState, older);
  let anvil = await system.restartAnvil();

  const reactor = await system.startReactor();
  const api = apiOf(reactor, system);
  const payment = await createPayment(api, { amount: "7000.00", customer: "cliente", custodyMs: CUSTODY_MS });
  await payDeposit(system.sandbox, payment);
  await untilStatus(api, payment.id, "active");
  const status = async () => {
    const response = await fetch(`${reactor.url}/api/automation/status`);
    return (await response.json()) as {
      indexer: { stale: boolean; settled_block: string };
      outgoing: { stopped: boolean; why: string | null };
    };
  };

  await anvil.stop();
  copyFileSync(older, system.chainState);
  const settled = BigInt((await status()).indexer.settled_block);
  anvil = await system.restartAnvil();
  expect(await node.getBlockNumber()).toBeLessThan(settled);
  await until("stale facts", 20_000, async () => ((await status()).indexer.stale ? true : undefined));

  const { data } = await untilEvent(pool, "interruptor_activado", 120_000);
  expect(data.message).toMatch(/^el bloque \d+ era definitivo con el hash/);
  expect((await status()).outgoing.stopped).toBe(true);
  await until("the end of its custody", CUSTODY_MS, async () => {
    const { custody_end } = await api.payment(payment.id);
    return Date.parse(custody_end) < Date.now() ? true : undefined;
  });
  for (const process of ["custodies", "payouts"] as const) await api.trigger(process);
  await sleep(QUIET_MS);
  expect((await api.payment(payment.id)).status).not.toBe("completed");
  const { orders, spei_out } = await readBankBooks(system.sandbox);
  expect(spei_out).toEqual([]);
  expect(orders.filter(({ type }) => type === "REDEMPTION")).toEqual([]);
}, 300_000);
