import { afterAll, expect, test, vi } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, WHOLE_PAYMENT_MS } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

// The client's own contract: `createEscrow` records, `fundEscrow` moves. Timers are on, as in production.
const system = await freshJourney({ shape: "two-step" });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);

test("Payment 81 completes by itself: nothing is called between its deposit and «Monto por pagar: $0.00»", async () => {
  const payment = await createPayment(api, { id: 81, amount: "15000.00", customer: "cliente-81" });
  expect(payment.id).toBe(81);
  await payDeposit(system.sandbox, payment);
  await untilCompletedInTheDatabase(81);

  expect(await api.payment(81)).toMatchObject({ status: "completed", amount: "15000.00", amount_due: "0.00" });
  await booksAgree(system, [{ ...payment, stage: "paid" }]);
});

test("its timeline is complete, in Spanish, with every amount, escrow and transaction filled in", async () => {
  const tx = "0x[0-9a-f]{64}";
  const lines = (await api.events(81))
    // Comes only when the bank lists the SPEI deposit in an earlier reading than its issuance.
    .filter(({ type }) => type !== "emision_detectada")
    .map(({ description }) => description);
  const timeline = [
    "Pago creado por \\$15,000\\.00; se espera el depósito SPEI en la CLABE ••••\\d{4}",
    "Depósito SPEI de \\$15,000\\.00 detectado",
    "\\$15,000\\.00 emitidos en MXNB",
    "Retiro de \\$15,000\\.00 MXNB de Juno a la cartera puente",
    `MXNB recibidos en la cartera puente \\(${tx}\\)`,
    `Escrow 1 creado \\(${tx}\\)`,
    `Escrow fondeado con \\$15,000\\.00 \\(${tx}\\)`,
    "Fondos en custodia hasta .+",
    "Custodia vencida: se libera el escrow",
    `Escrow liberado \\(${tx}\\)`,
    `MXNB enviados de vuelta a Juno \\(${tx}\\)`,
    "Juno acreditó los MXNB",
    "Preparando el pago SPEI de \\$15,000\\.00",
    "Cuenta del beneficiario registrada en Juno",
    "Pago de \\$15,000\\.00 autorizado",
    "Redención [0-9a-f-]{36} aceptada: SPEI de \\$15,000\\.00 en camino",
    "Pago de \\$15,000\\.00 completado por SPEI",
  ];
  expect(lines).toEqual(timeline.map((line) => expect.stringMatching(new RegExp(`^${line}$`))));
});

test("the next payment is numbered after it", async () => {
  const next = await createPayment(api, { amount: "200.00", customer: "cliente-82" });
  expect(next.id).toBe(82);
});

test("the automation's status is what the client's pages read, within two seconds", async () => {
  const response = await fetch(`${reactor.url}/api/automation/status`, { signal: AbortSignal.timeout(2_000) });
  const minutes = expect.stringMatching(/^Next run in ~\d+\.\d minutes$/);
  expect(await response.json()).toMatchObject({
    success: true,
    status: "running",
    lastRun: {
      deposits: "Running every 5 minutes",
      custodies: "Running every 10 minutes",
      payouts: "Running every 15 minutes",
      sync: "Running every hour",
    },
    nextRun: { deposits: minutes, custodies: minutes, payouts: minutes, sync: minutes },
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
});

/** Looks past the API: a question to it must not be what keeps the payment going. */
async function untilCompletedInTheDatabase(id: number): Promise<void> {
  await until(`payment ${id} completed`, WHOLE_PAYMENT_MS, async () => {
    const { rows } = await system.database.pool.query(
      "select 1 from kustodia.payment where id = $1 and status = 'completed'",
      [id],
    );
    return rows[0];
  });
}
