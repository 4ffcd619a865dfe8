import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilStatus } from "./support/untilStatus.ts";

const value = z.object({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() });
const received = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value })) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              attributes: z.array(z.object({ key: z.string(), value })),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A receiver of OTLP over HTTP, which keeps what came as it came. */
const bodies: string[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => {
    body += part;
  });
  request.on("end", () => {
    bodies.push(`${request.method} ${request.url} ${body}`);
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
});
await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
const { port } = receiver.address() as AddressInfo;

const system = await freshJourney();
afterAll(async () => {
  await system.close();
  receiver.close();
});

const spans = () =>
  bodies.flatMap((body) =>
    received
      .parse(JSON.parse(body.replace("POST /v1/traces ", "")))
      .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );

test("requests, turns, orders, and calls to bank and node are spans with the payment's ids, and nothing personal or secret", async () => {
  const reactor = await system.startReactor("traced", {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_SERVICE_NAME: "kustodia-prueba",
    OTEL_BSP_SCHEDULE_DELAY: "200",
  });
  const api = apiOf(reactor, system);
  const payment = await createPayment(api, { amount: "1500.00", customer: "cliente-1", custodyMs: 60_000 });
  await payDeposit(system.sandbox, payment);
  await untilStatus(api, payment.id, "active");

  const idOf = (span: { attributes: { key: string; value: { intValue?: number | undefined } }[] }) =>
    span.attributes.find(({ key }) => key === "kustodia.payment_id")?.value.intValue;
  const order = (action: string) =>
    until(`the span of ${action}`, 20_000, async () =>
      spans().find((span) => span.name === action && idOf(span) === payment.id),
    );
  for (const action of ["withdraw", "createEscrow"]) {
    const { spanId, parentSpanId, attributes } = await order(action);
    expect(attributes.map(({ key }) => key)).toEqual(expect.arrayContaining(["kustodia.leg_id", "kustodia.effect_id"]));
    const below = await until("what it called", 20_000, async () => {
      const names = spans().flatMap((span) => (span.parentSpanId === spanId ? [span.name] : []));
      return names.length > 0 ? names : undefined;
    });
    expect(below.join()).toMatch(action === "withdraw" ? /^bank POST \/mint_platform\/v1\/withdrawals/ : /rpc eth_/);
    await until("the turn that it was part of", 20_000, async () =>
      spans().find((span) => span.spanId === parentSpanId && span.name === "step"),
    );
  }
  await until("the request's span", 20_000, async () =>
    spans().find((span) => span.name === "GET /api/payments/:id" && idOf(span) === payment.id),
  );

  const all = bodies.join("\n");
  expect(all).toContain("kustodia-prueba");
  const { apiKey, apiSecret } = system.bankKey;
  const hidden = [payment.depositClabe, payment.payoutClabe, payment.recipient, "Compradora", "cliente-1"];
  for (const text of [...hidden, apiKey, apiSecret, system.apiKey, localAccounts().bridge.privateKey]) {
    expect(all.includes(text), text.slice(0, 6)).toBe(false);
  }
}, 180_000);
