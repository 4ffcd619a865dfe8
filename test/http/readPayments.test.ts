import { afterAll, expect, test } from "vitest";
import { goodPayment, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

test("payments are listed newest first, page by page", async () => {
  for (let count = 0; count < 5; count++) await api.create();
  expect((await api.get("/api/payments?limit=2")).body).toMatchObject({
    payments: [{ id: 5 }, { id: 4 }],
    next_before: 4,
  });
  expect((await api.get("/api/payments?limit=2&before=4")).body).toMatchObject({
    payments: [{ id: 3 }, { id: 2 }],
    next_before: 2,
  });
  expect((await api.get("/api/payments?limit=2&before=2")).body).toMatchObject({
    payments: [{ id: 1 }],
    next_before: null,
  });
});

test("a payment in a list is the payment as it is read alone", async () => {
  const { id } = await api.create();
  const { body: alone } = await api.get(`/api/payments/${id}`);
  expect((await api.get("/api/payments?limit=1")).body).toEqual({ payments: [alone], next_before: id });
});

test("a list can be of one status", async () => {
  const { id } = await api.create();
  await api.pool.query("update kustodia.payment set status = 'active' where id = $1", [id]);
  expect((await api.get("/api/payments?status=active")).body).toMatchObject({ payments: [{ id }], next_before: null });
  expect((await api.get("/api/payments?status=refunded")).body).toEqual({ payments: [], next_before: null });
});

test.each([
  ["limit=0", "out_of_range"],
  ["limit=101", "out_of_range"],
  ["limit=-1", "not_whole_number"],
  ["before=x", "not_whole_number"],
  ["status=pagado", "unknown_status"],
  ["offset=3", "unknown_field"],
])("a list with %s is refused", async (query, problem) => {
  const answer = await api.get(`/api/payments?${query}`);
  expect(answer).toMatchObject({ status: 400, body: { type: `/problems/${problem}` } });
  expect(answer.body).toMatchObject({ detail: expect.stringMatching(`^${query.split("=")[0]}: `) });
  expect(answer.body).not.toHaveProperty("pointer");
});

test.each(["/api/payments/999", "/api/payments/999/events"])("there is nothing at %s", async (path) => {
  expect(await api.get(path)).toMatchObject({
    status: 404,
    body: { type: "/problems/payment_not_found", detail: "No existe el pago 999." },
  });
});

test("a payment's history is read page by page, and is its own only", async () => {
  const { id } = await api.create();
  await api.pool.query(
    `insert into kustodia.event (payment_id, type, es, en, data, actor)
      select $1, 'deposito_detectado', 'Depósito ' || n, 'Deposit ' || n, '{}', 'kustodia' from generate_series(1, 3) n`,
    [id],
  );
  const page = (await api.get(`/api/payments/${id}/events?limit=3`)).body as {
    events: { id: number }[];
    next_after: number;
  };
  expect(page.events).toMatchObject([
    { type: "pago_creado" },
    { description: "Depósito 1" },
    { description_en: "Deposit 2" },
  ]);
  expect(page.next_after).toBe(page.events[2]?.id);
  expect((await api.get(`/api/payments/${id}/events?after=${page.next_after}`)).body).toMatchObject({
    events: [{ description: "Depósito 3" }],
    next_after: null,
  });
});

/** A finished payment as the machine leaves it; the journeys get there for real, this reads every reference at once. */
test("a completed payment owes nothing and shows every reference", async () => {
  const { id } = await api.create(goodPayment());
  const legOf = (kind: string) => `(select id from kustodia.leg where payment_id = ${id} and kind = '${kind}')`;
  await api.pool.query(`
    update kustodia.leg set state = 'issued', carried = '{"issuanceId":"iss-1"}' where id = ${legOf("deposit")};
    update kustodia.leg set state = 'returned', carried = '{"escrowId":"17","ruling":"none","cryptoDepositId":"cd-1"}'
      where id = ${legOf("custody")};
    update kustodia.leg set state = 'paid', carried = '{"bankAccountId":"ba-1","redemptionId":"red-1"}' where id = ${legOf("payout")};
    insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, outside_id, sent_at) values
      (${legOf("custody")}, 'withdraw', 0, 1, gen_random_uuid(), 1500000, 'done', 'wd-0', now()),
      (${legOf("custody")}, 'withdraw', 1, 1, gen_random_uuid(), 1500000, 'done', 'wd-1', now());
    insert into kustodia.chain_transaction (leg_id, action, generation, signer, nonce, "to", data, gas, max_fee_per_gas,
      max_priority_fee_per_gas, hash, state) values
      (${legOf("custody")}, 'createEscrow', 0, '0xb', 4, '0xe', '0x', 1, 1, 1, '0xaa', 'mined'),
      (${legOf("custody")}, 'release', 0, '0xb', 5, '0xe', '0x', 1, 1, 1, '0xbb', 'mined');
    insert into kustodia.spei_deposit (fid, receiver_clabe, amount_centavos, status, clave_rastreo, created_at) values
      ('fid-1', '710969000000000003', 1500000, 'complete', '2026012090646', now());
    insert into kustodia.claim (source, outside_id, leg_id) values ('spei_deposit', 'fid-1', ${legOf("deposit")})`);
  expect((await api.get(`/api/payments/${id}`)).body).toMatchObject({
    status: "completed",
    amount: "15000.00",
    amount_due: "0.00",
    smart_contract_escrow_id: "17",
    reference: "2026012090646",
    transaction_id: "iss-1",
    transactions: [
      { action: "createEscrow", hash: "0xaa", state: "mined", nonce: 4 },
      { action: "release", hash: "0xbb", state: "mined", nonce: 5 },
    ],
    bank_references: { issuance_id: "iss-1", withdrawal_id: "wd-1", crypto_deposit_id: "cd-1", redemption_id: "red-1" },
  });
});

test("a leg under review says where it came from", async () => {
  const { id } = await api.create();
  await api.pool.query(
    `update kustodia.leg set state = 'review', review_from = 'seen', carried = '{"fid":"f"}', reason = 'held'
      where payment_id = $1 and kind = 'deposit'`,
    [id],
  );
  expect((await api.get(`/api/payments/${id}`)).body).toMatchObject({
    status: "review",
    legs: [{ state: "review", review_from: "seen", reason: "held", state_es: "En revisión por una persona" }, {}, {}],
  });
});

test("a payment whose parties were erased is read without them", async () => {
  const { id } = await api.create();
  await api.pool.query("delete from kustodia.party where payment_id = $1", [id]);
  await api.pool.query(
    "delete from kustodia.payout_account using kustodia.leg where leg.id = leg_id and payment_id = $1",
    [id],
  );
  expect((await api.get(`/api/payments/${id}`)).body).toMatchObject({
    payer: { name: null },
    recipient: { legal_name: null },
    payout_clabe: null,
  });
});
