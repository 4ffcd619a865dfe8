import { afterAll, expect, test } from "vitest";
import { goodPayment, NOW_MS, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

test("a payment is created with its three legs, its parties and its first event, and the loop is woken", async () => {
  const depositClabe = newClabe();
  const wakes = api.heard.wakes;
  const created = await api.post("/api/payments", {
    ...goodPayment(),
    amount: "1500.5",
    deposit_clabe: depositClabe,
    external_id: "venta-1",
    description: "Anticipo",
    conditions: "Entrega de la máquina\nen buen estado",
  });
  expect(created.status).toBe(201);
  expect(created.headers.get("location")).toBe(`/api/payments/${created.body.id}`);
  expect(api.heard.wakes).toBe(wakes + 1);
  expect(created.body).toMatchObject({
    external_id: "venta-1",
    status: "pending",
    amount: "1500.50",
    amount_due: "1500.50",
    deposit_clabe: depositClabe,
    payout_clabe: "••••9411",
    recipient: { legal_name: "Vendedora de Prueba SA de CV" },
    custody_end: new Date(NOW_MS + 5 * 86_400_000).toISOString(),
    expires_at: new Date(NOW_MS + 7 * 86_400_000).toISOString(),
    description: "Anticipo",
    conditions: "Entrega de la máquina\nen buen estado",
    smart_contract_escrow_id: null,
    reference: null,
    transaction_id: null,
    transactions: [],
    bank_references: { issuance_id: null, withdrawal_id: null, crypto_deposit_id: null, redemption_id: null },
  });
  expect(created.body.legs.map((leg: { kind: string; state: string; amount: string }) => leg)).toMatchObject([
    { kind: "deposit", state: "awaiting", amount: "1500.50", state_es: "Esperando el depósito SPEI" },
    { kind: "custody", state: "waiting", amount: "1500.50", deadline_at: null },
    { kind: "payout", state: "waiting", amount: "1500.50", deadline_at: null },
  ]);
  const history = await api.get(`/api/payments/${created.body.id}/events`);
  expect(history.body).toMatchObject({
    events: [
      {
        type: "pago_creado",
        description: `Pago creado por $1,500.50; se espera el depósito SPEI en la CLABE ••••${depositClabe.slice(-4)}`,
        actor: "api",
      },
    ],
    next_after: null,
  });
});
