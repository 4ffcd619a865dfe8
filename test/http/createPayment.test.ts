import { afterAll, expect, test } from "vitest";
import { paymentView } from "../../reactor/http/wire/paymentView.ts";
import { goodPayment, NOW_MS, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const DAY_MS = 86_400_000;

test("a payment is created with three legs, its parties and its first event, and the loop is woken", async () => {
  const depositClabe = newClabe();
  const wakes = api.heard.wakes;
  const answer = await api.post("/api/payments", {
    ...goodPayment(),
    amount: "1500.5",
    deposit_clabe: depositClabe,
    external_id: "venta-1",
    description: "Anticipo",
    conditions: "Entrega de la máquina\nen buen estado",
  });
  expect(answer.status).toBe(201);
  const payment = paymentView.parse(answer.body);
  expect(answer.headers.get("location")).toBe(`/api/payments/${payment.id}`);
  expect(api.heard.wakes).toBe(wakes + 1);
  expect(api.heard.shown.at(-1)).toBe("pago_creado");
  expect(payment).toMatchObject({
    external_id: "venta-1",
    status: "pending",
    amount: "1500.50",
    amount_due: "1500.50",
    deposit_clabe: depositClabe,
    payout_clabe: "••••9411",
    recipient: { legal_name: "Vendedora de Prueba SA de CV" },
    custody_end: new Date(NOW_MS + 5 * DAY_MS).toISOString(),
    expires_at: new Date(NOW_MS + 7 * DAY_MS).toISOString(),
    description: "Anticipo",
    conditions: "Entrega de la máquina\nen buen estado",
    smart_contract_escrow_id: null,
    reference: null,
    transaction_id: null,
    transactions: [],
    bank_references: { issuance_id: null, withdrawal_id: null, crypto_deposit_id: null, redemption_id: null },
  });
  expect(payment.legs).toMatchObject([
    { kind: "deposit", state: "awaiting", amount: "1500.50", deadline_at: payment.expires_at },
    { kind: "custody", state: "waiting", amount: "1500.50", deadline_at: null },
    { kind: "payout", state: "waiting", amount: "1500.50", deadline_at: null },
  ]);
  const { body: history } = await api.get(`/api/payments/${payment.id}/events`);
  expect(history).toMatchObject({
    events: [
      {
        type: "pago_creado",
        description: `Pago creado por $1,500.50; se espera el depósito SPEI en la CLABE ••••${depositClabe.slice(-4)}`,
        actor: "prueba",
      },
    ],
    next_after: null,
  });
});

test("the deposit leg is due when it expires; the others only when they are woken", async () => {
  const { id } = await api.create();
  const { rows } = await api.pool.query("select kind, due_at from kustodia.leg where payment_id = $1 order by id", [
    id,
  ]);
  expect(rows).toEqual([
    { kind: "deposit", due_at: new Date(NOW_MS + 7 * DAY_MS) },
    { kind: "custody", due_at: null },
    { kind: "payout", due_at: null },
  ]);
});

test("names and accounts are kept in the erasable table only, each payment with its own salt", async () => {
  const first = await api.create();
  const second = await api.create();
  const { rows } = await api.pool.query<{ salt: string }>("select * from kustodia.party where payment_id = any($1)", [
    [first.id, second.id],
  ]);
  expect(rows).toMatchObject([{ payer_name: "Compradora de Prueba", payout_clabe: null }, { payout_clabe: null }]);
  expect(new Set(rows.map((row) => row.salt)).size).toBe(2);
  for (const { salt } of rows) expect(salt).toMatch(/^[0-9a-f]{64}$/);
  const events = await api.pool.query<{ data: unknown }>("select data from kustodia.event");
  expect(JSON.stringify(events.rows)).not.toMatch(/Compradora|Vendedora|\d{18}/);
});

test("a customer without a CLABE gets one from the bank, once, for every payment", async () => {
  const customer = goodPayment();
  const asked = api.heard.asked;
  const first = await api.create(customer);
  const second = await api.create({ ...customer, amount: "200.00" });
  expect(api.heard.asked).toBe(asked + 1);
  expect(second.deposit_clabe).toBe(first.deposit_clabe);
});

test("a CLABE that the bank gave is kept even when the payment is then refused", async () => {
  const taken = await api.create();
  const customer = goodPayment();
  const asked = api.heard.asked;
  expect((await api.post("/api/payments", { ...customer, id: taken.id })).status).toBe(409);
  await api.create(customer);
  expect(api.heard.asked).toBe(asked + 1);
});

test("a bank that gives no CLABE is said so, and nothing is stored", async () => {
  const silent = await openApi({ askForClabe: async () => ({ ok: false, message: "sin respuesta" }) });
  const answer = await silent.post("/api/payments", goodPayment());
  expect(answer).toMatchObject({
    status: 503,
    body: { type: "/problems/bank_gave_no_clabe", detail: expect.stringContaining("sin respuesta") },
  });
  expect(await silent.countRows()).toBe(0);
  await silent.close();
});

test("a deposit CLABE is one customer's for ever", async () => {
  const first = await api.create({ deposit_clabe: newClabe() });
  const rows = await api.countRows();
  const others = await api.post("/api/payments", { ...goodPayment(), deposit_clabe: first.deposit_clabe });
  expect(others).toMatchObject({
    status: 409,
    body: {
      type: "/problems/clabe_of_another_customer",
      pointer: "/deposit_clabe",
      detail: expect.stringMatching(/^deposit_clabe: pertenece a otro cliente/),
    },
  });
  const moved = { ...goodPayment(), payer: { id: first.payer.id, name: "Compradora" }, deposit_clabe: newClabe() };
  expect(await api.post("/api/payments", moved)).toMatchObject({
    status: 409,
    body: { type: "/problems/customer_has_another_clabe" },
  });
  expect(await api.countRows()).toBe(rows);
});

test("a second pending payment of one CLABE and amount is refused unless it is asked for", async () => {
  const customer = goodPayment();
  const first = await api.create(customer);
  const rows = await api.countRows();
  expect(await api.post("/api/payments", customer)).toMatchObject({
    status: 409,
    body: {
      type: "/problems/same_amount_pending",
      pointer: "/amount",
      detail: expect.stringMatching(new RegExp(`^El pago ${first.id} ya espera \\$15,000\\.00 en la misma CLABE`)),
    },
  });
  expect(await api.countRows()).toBe(rows);
  await api.create({ ...customer, amount: "15000.01" });
  await api.create({ ...customer, allow_same_amount: true });
});

test("a pending payment under review still stands in the way of its double, an issued one does not", async () => {
  const customer = goodPayment();
  const first = await api.create(customer);
  const setDeposit = (assignments: string) =>
    api.pool.query(`update kustodia.leg set ${assignments} where payment_id = $1 and kind = 'deposit'`, [first.id]);
  await setDeposit(`state = 'review', review_from = 'seen', carried = '{"fid":"f1"}'`);
  expect((await api.post("/api/payments", customer)).status).toBe(409);
  await setDeposit(`state = 'issued', review_from = null, carried = '{"issuanceId":"i1"}'`);
  expect((await api.post("/api/payments", customer)).status).toBe(201);
});

test("an imported payment keeps its number, and no later one takes it", async () => {
  const imported = await api.create({ id: 81 });
  expect(imported.id).toBe(81);
  expect(await api.post("/api/payments", { ...goodPayment(), id: 81 })).toMatchObject({
    status: 409,
    body: { type: "/problems/id_taken", pointer: "/id" },
  });
  expect((await api.create()).id).toBe(82);
  // An import behind the sequence must not set it back.
  await api.create({ id: 80 });
  expect((await api.create()).id).toBe(83);
});

test("the addresses that they are mailed at are kept with the names, and shown whole to who operates only", async () => {
  const { id } = await api.create({
    payer: { ...goodPayment().payer, email: "ana@ejemplo.mx" },
    recipient: { ...goodPayment().recipient, email: "ventas@tienda.mx" },
  });
  const path = `/api/payments/${id}`;
  expect((await api.get(path)).body).toMatchObject({
    payer: { email: "ana@ejemplo.mx" },
    recipient: { email: "ventas@tienda.mx" },
  });
  const reader = await api.person("quien lee", ["read"]);
  expect((await reader.get(path)).body).toMatchObject({
    payer: { email: "…@ejemplo.mx" },
    recipient: { email: "…@tienda.mx" },
  });
  const { rows } = await api.pool.query("select from kustodia.event where data::text || es like '%ejemplo.mx%'");
  expect(rows).toEqual([]);
});
