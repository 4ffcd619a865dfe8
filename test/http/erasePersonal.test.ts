import { afterAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { sealHistory } from "../../reactor/books/sealHistory.ts";
import { verifyHistory } from "../../reactor/books/verifyHistory.ts";
import { forgetOld } from "../../reactor/store/forgetOld.ts";
import { BEGINNING_OF_HISTORY } from "../../reactor/store/seals.ts";
import { openApi } from "./openApi.ts";

const DAYS = 3_653;
const api = await openApi();
afterAll(() => api.close());
const ana = await api.person("Ana", ["read", "operate", "admin", "approve"]);
const beto = await api.person("Beto", ["read", "admin", "approve"]);

const [PAYOUT, REFUND] = ["002115016003269411", "032180000118359719"];
const PROPOSED = "012180000118359713";
const PERSONAL = ["Irrepetible", "irrepetible@ejemplo.mx", PAYOUT, REFUND, PROPOSED];
const { id } = await api.create({
  payer: { id: "c-1", name: "Compradora Irrepetible", refund_clabe: REFUND, email: "irrepetible@ejemplo.mx" },
  recipient: { legal_name: "Vendedora Irrepetible SA", email: "irrepetible@ejemplo.mx" },
  payout_clabe: PAYOUT,
  description: "para Irrepetible",
  conditions: "de Irrepetible",
});
/** What a request was answered, and what the bank said of an order: both are kept, and quote. */
await api.pool.query(
  `insert into kustodia.idempotency_key (key, body_hash, payment_id, status, body) values ('k', 'h', $1, 201, $2)`,
  [id, JSON.stringify({ payer: "Compradora Irrepetible", payout_clabe: PAYOUT })],
);
await api.pool.query(
  `insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, evidence, sent_at)
   select id, 'registerAccount', 0, 1, gen_random_uuid(), 1, 'done', $2, now()
   from kustodia.leg where payment_id = $1 and kind = 'payout'`,
  [id, { clabe: PAYOUT }],
);
/** Where a party approved its release: an operator's own words. */
await api.pool.query(
  `insert into kustodia.release_approval (payment_id, party, evidence, recorded_by) values ($1, 'buyer', 'correo de Irrepetible', 'Ana')`,
  [id],
);
/** An account that one person proposed and nobody confirmed, what that was answered, and where a plan's approvals were read. */
const { legs } = (await ana.get(`/api/payments/${id}/legs`)).body as { legs: { id: number; kind: string }[] };
await ana.post(
  `/api/payments/${id}/account`,
  {
    ...{ reason: "llamó por teléfono", leg_id: legs.find(({ kind }) => kind === "payout")?.id },
    ...{ legal_name: "Prestanombres Irrepetible", clabe: PROPOSED },
  },
  { "idempotency-key": "cuenta" },
);
const approvals = { buyer_approval: "correo de Irrepetible", seller_approval: "llamada a Irrepetible" };
await api.pool.query(
  `insert into kustodia.plan (hash, operation, request, plan, reason, proposed_by, proposed_at, expires_at)
   select 'aprobado', 'release_early', $1, $2, 'ambas partes lo piden', min(id), now(), now() from kustodia.person`,
  [
    { paymentId: id, details: approvals },
    { payment_id: id, details: approvals },
  ],
);
await api.pool.query(
  `insert into kustodia.idempotency_key (key, body_hash, status, body) values ('plan', 'h', 202, $1)`,
  [JSON.stringify({ plan: { payment_id: id, details: approvals } })],
);
/** What the bank rang while it was being paid. */
await api.pool.query(
  `insert into kustodia.webhook_delivery (body, received_at)
   values ($1, now() - interval '91 days'), ('{"event": "young"}', now() - interval '89 days')`,
  [{ event: "TRANSACTION", payload: { issuance: { sender_name: "Compradora Irrepetible", sender_clabe: REFUND } } }],
);
const path = `/api/payments/${id}/erase`;
const reason = { reason: "plazo de conservación cumplido" };

/** In which of our tables a text stands. */
async function tablesWith(text: string): Promise<readonly string[]> {
  const { rows } = await api.pool.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'kustodia'::regnamespace and relkind = 'r'",
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await api.pool.query(`select from kustodia.${name} t where strpos(t::text, $1) > 0`, [text]);
    if (rowCount) found.push(name);
  }
  return found;
}

test("what is not over keeps its names, and so does what ended a short while ago", async () => {
  expect(await ana.post(path, reason)).toMatchObject({ status: 409, body: { type: "/problems/not_in_this_state" } });
  await api.pool.query("update kustodia.payment set status = 'completed' where id = $1", [id]);
  await api.pool.query(
    `update kustodia.leg set state = (case kind when 'deposit' then 'issued' when 'custody' then 'returned' else 'paid' end),
       due_at = null, deadline_at = null, entered_at = now() - make_interval(days => $2) where payment_id = $1`,
    [id, DAYS - 1],
  );
  expect(await ana.post(path, reason)).toMatchObject({ status: 409, body: { type: "/problems/kept_still" } });
  expect((await tablesWith("Irrepetible")).toSorted()).toEqual([
    ...["idempotency_key", "party", "payment", "payout_account", "plan", "release_approval", "webhook_delivery"],
  ]);
  expect((await tablesWith(PROPOSED)).toSorted()).toEqual(["payout_account"]);
});

test("what the bank rang is forgotten before any payment may be erased, and not sooner", async () => {
  expect(await forgetOld(api.db)).toBe(1);
  const { rows } = await api.pool.query("select body from kustodia.webhook_delivery");
  expect(rows).toEqual([{ body: { event: "young" } }]);
  expect(await forgetOld(api.db)).toBe(0);
});

test("who may operate but not administer is refused", async () => {
  const carla = await api.person("Carla", ["read", "operate", "approve"]);
  expect((await carla.post(path, reason)).status).toBe(403);
});

test("two persons erase what has been kept for long enough: nothing of it is left, and the history still holds", async () => {
  await api.pool.query("update kustodia.leg set entered_at = entered_at - interval '2 days' where payment_id = $1", [
    id,
  ]);
  await until("all of it sealed", 30_000, async () => {
    await sealHistory(api.db, BEGINNING_OF_HISTORY);
    return (await verifyHistory(api.db)).unsealed === 0 ? true : undefined;
  });
  const planned = await ana.post(path, reason);
  expect(planned.status).toBe(202);
  const { hash } = planned.body as { hash: string };
  expect((await ana.post(`/api/plans/${hash}/confirm`, {})).status).toBeGreaterThanOrEqual(400);
  expect((await beto.post(`/api/plans/${hash}/confirm`, {})).status).toBe(200);
  for (const text of PERSONAL) expect([text, await tablesWith(text)]).toEqual([text, []]);
  expect((await ana.get(`/api/payments/${id}`)).body).toMatchObject({
    ...{ status: "completed", amount: "15000.00", erased_at: expect.any(String) },
  });
  expect(JSON.stringify((await ana.get(`/api/payments/${id}`)).body)).toContain("••••9411");
  const { sealed, firstBreak } = await verifyHistory(api.db);
  expect([sealed > 0, firstBreak]).toEqual([true, null]);
  expect(await ana.post(path, reason)).toMatchObject({ status: 409, body: { type: "/problems/already_decided" } });
});
