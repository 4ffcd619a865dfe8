import { afterAll, expect, test } from "vitest";
import { bankEndpoint } from "../../reactor/metrics/bankEndpoint.ts";
import { createMetrics } from "../../reactor/metrics/createMetrics.ts";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { readGauges } from "../../reactor/store/readGauges.ts";
import { addEndpoint } from "../../reactor/store/webhookEndpoints.ts";
import { freshStore, putLeg, readLegRow, storePayment } from "../store/freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

const LAG = { blocks: 3, seconds: 1.5, stale: true };
const pageOf = async () => createMetrics().page({ gauges: await readGauges(store.db), lag: LAG });
/** The value of one line of the page, by its name and labels in any order. */
function sampleOf(page: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const lines = page.split("\n").filter((line) => new RegExp(`^${name}[ {]`).test(line));
  const line = lines.find((one) =>
    Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)),
  );
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

const BY = { actor: "api", reason: "prueba" };

test("what is stored is told: legs, ages, open orders, money by place, deposits, webhooks, the switch, processes, the bank", async () => {
  const [first, second] = [await storePayment(store.db), await storePayment(store.db)];
  await putLeg(store.db, first, "custody", "active");
  await putLeg(store.db, second, "payout", "paid");
  const custody = await readLegRow(store.db, first, "custody");
  await addEndpoint(store.db, { url: "https://ejemplo.mx/", eventTypes: null, secret: "whsec_x" }, BY);
  await appendEvents(store.db, [{ paymentId: first, legId: null, type: "pago_creado", data: {}, actor: "api" }]);
  const leg = custody.id;
  for (const statement of [
    `update kustodia.leg set entered_at = now() - interval '1 hour', due_at = now() - interval '90 s' where id = ${leg}`,
    `insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, sent_at)
     values (${leg}, 'withdraw', 0, 1, gen_random_uuid(), 150050, 'unknown', now() - interval '20 min'),
            (${leg}, 'redeem', 0, 1, gen_random_uuid(), 150050, 'done', now())`,
    `insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, closed_at)
     values (${leg}, 'buyer', 'juno', 150050, 'posted', now()), (${leg}, 'juno', 'bridge', 150050, 'posted', now()),
            (${leg}, 'bridge', 'escrow', 50, 'pending', null)`,
    "insert into kustodia.person (name, kind) values ('Ana', 'person')",
    `insert into kustodia.plan (hash, operation, request, plan, reason, proposed_by, proposed_at, expires_at)
     select 'h', 'hold_payment', '{}', '{}', 'r', id, now(), now() + interval '1 hour' from kustodia.person limit 1`,
    `insert into kustodia.break (kind, payment_id, leg_id, source, outside_id, consumed, seen)
     values ('vanished_fact', ${first}, ${leg}, 'issuance', 'o', '{}', '{}')`,
    `insert into kustodia.unassigned_deposit (issuance_id, why, clabe, amount_centavos, candidate_legs)
     values ('i', 'unmatched', '646180000000000001', 1, '[]')`,
    `insert into kustodia.notice (payment_id, audience, event_id, attempts, created_at)
     values (${first}, 'buyer', 1, 1, now() - interval '2 hours'), (${first}, 'seller', 1, 0, now() - interval '9 hours')`,
    "insert into kustodia.kill_switch (why, pulled_by) values ('a', 'b'), ('c', 'd')",
    `insert into kustodia.process_run (process, started_by, started_at, finished_at, error)
     values ('sync', 'reloj', now(), now() - interval '10 min', null), ('sync', 'reloj', now(), now(), 'falló')`,
    "insert into kustodia.bank_reading (started_at, since, changed) values (now() - interval '30 s', now(), 0)",
    "update kustodia.outgoing_delivery set state = 'abandoned' where id = (select min(id) from kustodia.outgoing_delivery)",
  ]) {
    await store.pool.query(statement);
  }
  const page = await pageOf();
  const value = (name: string, labels?: Record<string, string>) => sampleOf(page, `kustodia_${name}`, labels);
  expect(value("legs", { kind: "custody", state: "active" })).toBe(1);
  // Nearly all legs are over: they are not counted, or a look would cost more each day.
  expect(value("legs", { kind: "payout", state: "paid" })).toBeUndefined();
  expect(value("leg_in_state_seconds", { state: "active", quantile: "1" })).toBeGreaterThanOrEqual(3_600);
  expect(value("leg_in_state_seconds", { kind: "payout", state: "paid" })).toBeUndefined();
  expect(value("oldest_due_leg_seconds")).toBeGreaterThanOrEqual(90);
  expect(value("open_orders", { action: "withdraw", outcome: "unknown" })).toBe(1);
  expect(value("open_orders", { action: "redeem" })).toBeUndefined();
  expect(value("open_order_oldest_seconds", { action: "withdraw" })).toBeGreaterThanOrEqual(1_200);
  expect(value("money_centavos", { place: "buyer" })).toBe(-150_050);
  expect(value("money_centavos", { place: "juno" })).toBe(0);
  expect(value("money_centavos", { place: "bridge" })).toBe(150_000);
  expect(value("money_centavos", { place: "in_transit" })).toBe(50);
  expect(value("unassigned_deposits")).toBe(1);
  expect(value("webhook_backlog", { endpoint: "1", state: "pending" })).toBe(1);
  expect(value("webhook_backlog", { endpoint: "1", state: "abandoned" })).toBe(1);
  // One that was never tried is nobody's fault: perhaps no mail server is configured.
  expect(Math.floor((value("notice_oldest_seconds") ?? 0) / 3_600)).toBe(2);
  expect(value("kill_switch")).toBe(2);
  expect(value("open_plans")).toBe(1);
  expect(value("open_breaks")).toBe(1);
  // The failed run does not count.
  expect(value("process_since_success_seconds", { process: "sync" })).toBeGreaterThanOrEqual(600);
  expect(value("bank_reading_seconds")).toBeGreaterThanOrEqual(30);
  expect(value("indexer_lag_blocks")).toBe(3);
  expect(value("indexer_lag_seconds")).toBe(1.5);
  expect(value("facts_stale")).toBe(1);
  expect(value("database_up")).toBe(1);
  expect(page).toContain("process_cpu_seconds_total");
});

test("without a database the page says so, and shows nothing old of what is stored", async () => {
  const metrics = createMetrics();
  metrics.order({ action: "redeem", outcome: "done" });
  await metrics.page({ gauges: await readGauges(store.db), lag: LAG });
  const page = await metrics.page(null);
  expect(sampleOf(page, "kustodia_database_up")).toBe(0);
  expect(sampleOf(page, "kustodia_orders_total", { action: "redeem", outcome: "done" })).toBe(1);
  for (const gone of ["legs", "kill_switch", "oldest_due_leg_seconds", "indexer_lag_blocks", "facts_stale"]) {
    expect(sampleOf(page, `kustodia_${gone}`), gone).toBeUndefined();
  }
});

test("what happens in this process is told: calls to bank and nodes with their times, results and nothing of a payment", async () => {
  const metrics = createMetrics();
  const path = "/mint_platform/v1/transactions/3f1c2f63-3c1e-4f57-9f0e-0c4b7d1a2b3c";
  metrics.bankCall({ method: "GET", pathname: path, ms: 120, status: 200 });
  metrics.bankCall({ method: "POST", pathname: "/mint_platform/v1/redemptions", ms: 15_000, status: null });
  metrics.rpcCall({ node: 1, method: "eth_call", ms: 12, ok: true });
  metrics.rpcCall({ node: 0, method: 'x"} 1\nfalso', ms: 12, ok: false });
  const page = await metrics.page(null);
  const endpoint = "GET /mint_platform/v1/transactions/:id";
  expect(sampleOf(page, "kustodia_bank_call_seconds_sum", { endpoint, result: "2xx" })).toBe(0.12);
  expect(sampleOf(page, "kustodia_bank_call_seconds_count", { result: "lost" })).toBe(1);
  expect(sampleOf(page, "kustodia_rpc_call_seconds_count", { node: "1", method: "eth_call", result: "ok" })).toBe(1);
  expect(sampleOf(page, "kustodia_rpc_call_seconds_count", { node: "0", method: "other", result: "failed" })).toBe(1);
  expect(page).not.toMatch(/3f1c2f63|falso/);
});

test.each([
  ["/spei/v1/clabes", "GET /spei/v1/clabes"],
  ["/spei/v1/clabes/646180000000000001", "GET /spei/v1/clabes/:id"],
  ["/mint_platform/v1/accounts/banks", "GET /mint_platform/v1/accounts/banks"],
  ["/mint_platform/v1/transactions/TX-abc.1", "GET /mint_platform/v1/transactions/:id"],
  ["/a/b/c/d/e/f/g", "GET /a/b/c/d/e"],
])("%s is the endpoint %s", (pathname, endpoint) => {
  expect(bankEndpoint("GET", pathname)).toBe(endpoint);
});
