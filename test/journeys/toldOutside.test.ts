import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test, vi } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { openReceiver } from "../webhooks/openReceiver.ts";
import { apiOf } from "./support/api.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const receiver = await openReceiver();
const system = await freshJourney({
  reactorEnv: { TIMERS: "off", LOG_FORMAT: "json", WEBHOOK_NETWORKS: "127.0.0.1/32" },
});
afterAll(async () => {
  await system.close();
  await receiver.close();
});
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const headers = { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" };

async function register(url: string) {
  const body = JSON.stringify({ url, reason: "prueba" });
  const response = await fetch(`${reactor.url}/api/webhook-endpoints`, { method: "POST", headers, body });
  return { status: response.status, body: (await response.json()) as { secret: string; type: string } };
}

test("a payment's whole life is told to a receiver, in its order, signed; the logs and the metrics show it too, and none names anybody", async () => {
  const { status, body: endpoint } = await register(receiver.url);
  expect(status).toBe(201);
  const payment = await createPayment(api, { amount: "750.25", customer: "cliente-avisado" });
  await payDeposit(system.sandbox, payment);
  await untilStatus(api, payment.id, "completed");
  const told = () =>
    receiver.received.flatMap(({ body }) => {
      const { type, data } = JSON.parse(body);
      return data.payment_id === payment.id ? [type as string] : [];
    });
  await until("the last webhook", 15_000, async () => (told().includes("pago_completado") ? true : undefined));
  expect(told()).toEqual((await api.events(payment.id)).map(({ type }) => type));
  for (const { body, headers } of receiver.received) {
    new Webhook(endpoint.secret).verify(body, headers as Record<string, string>);
  }

  const log = readFileSync(reactor.logPath, "utf8");
  const records = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const ofPayment = records.filter(({ payment_id }) => payment_id === payment.id);
  expect(ofPayment.map(({ event }) => event)).toContain("pago_completado");
  const effect = { action: "redeem", outcome: "done", leg_id: expect.any(Number), effect_id: expect.any(String) };
  expect(ofPayment).toContainEqual(expect.objectContaining(effect));
  expect(records).toContainEqual(
    expect.objectContaining({ action: "release", effect_id: expect.stringMatching(/^0x/) }),
  );

  const page = await (await fetch(`${reactor.url}/metrics`, { headers })).text();
  for (const line of [
    /^kustodia_orders_total\{action="redeem",outcome="done"\} 1$/m,
    /^kustodia_money_centavos\{place="beneficiary"\} 75025$/m,
    /^kustodia_bank_call_seconds_count\{endpoint="POST \/mint_platform\/v1\/redemptions",result="2xx"\} 1$/m,
    /^kustodia_rpc_call_seconds_count\{node="0",method="eth_sendRawTransaction",result="ok"\} [1-9]/m,
    /^kustodia_database_up 1$/m,
  ]) {
    expect(page).toMatch(line);
  }
  const everything = [log, page, ...receiver.received.map(({ body }) => body)].join("\n");
  for (const personal of [payment.payoutClabe, payment.depositClabe, payment.recipient, "Compradora", system.apiKey]) {
    expect(everything).not.toContain(personal);
  }
});

test("without the key there are no metrics", async () => {
  expect((await fetch(`${reactor.url}/metrics`)).status).toBe(401);
});

test("an endpoint on a network that was not configured is refused", async () => {
  for (const url of ["http://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "http://127.0.0.2/"]) {
    expect(await register(url)).toMatchObject({ status: 400, body: { type: "/problems/url_not_allowed" } });
  }
});
