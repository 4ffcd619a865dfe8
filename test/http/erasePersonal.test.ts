import { afterAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { sealHistory } from "../../reactor/books/sealHistory.ts";
import { verifyHistory } from "../../reactor/books/verifyHistory.ts";
import { openApi } from "./openApi.ts";

const DAYS = 3_653;
const api = await openApi();
afterAll(() => api.close());
const ana = await api.person("Ana", ["read", "operate", "admin", "approve"]);
const beto = await api.person("Beto", ["read", "admin", "approve"]);

const [PAYOUT, REFUND] = ["002115016003269411", "032180000118359719"];
const PERSONAL = ["Irrepetible", "irrepetible@ejemplo.mx", PAYOUT, REFUND];
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
  expect(await tablesWith("Irrepetible")).toEqual(expect.arrayContaining(["party", "payment", "payout_account"]));
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
    await sealHistory(api.db, "all");
    return (await verifyHistory(api.db)).unsealed === 0 ? true : undefined;
  });
  const planned = await ana.post(path, reason);
  expect(planned.status).toBe(202);
  const { hash } = planned.body as { hash: string };
  expect((await ana.post(`/api/plans/${hash}/confirm`, {})).status).toBeGreaterThanOrEqual(400);
  expect((await beto.post(`/api/plans/${hash}/confirm`, {})).status).toBe(200);
  for (const text of PERSONAL) expect([text, await tablesWith(text)]).toEqual([text, []]);
  expect((await ana.get(`/api/payments/${id}`)).body).toMatchObject({ status: "completed", amount: "15000.00" });
  expect(JSON.stringify((await ana.get(`/api/payments/${id}`)).body)).toContain("••••9411");
  const { sealed, firstBreak } = await verifyHistory(api.db);
  expect([sealed > 0, firstBreak]).toEqual([true, null]);
  expect(await ana.post(path, reason)).toMatchObject({ status: 409, body: { type: "/problems/already_decided" } });
});
