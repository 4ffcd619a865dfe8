import { and, eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { applyReview } from "../../reactor/payments/apply.ts";
import { readPayoutAccounts } from "../../reactor/store/payoutAccounts.ts";
import { leg, payoutAccount } from "../../reactor/store/schema/index.ts";
import { createChainView, setIndexedHead } from "../store/chainView.ts";
import { putLeg, readLeg } from "../store/freshStore.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
const { db, pool } = api;
const ana = await api.person("Ana", ["read", "operate", "approve"]);
const beto = await api.person("Beto", ["read", "approve"]);
await createChainView(pool);
await setIndexedHead(pool, 200, Math.floor(Date.now() / 1_000));

const CLABE = "072180000118359711";
const planned = z.object({ hash: z.string() });

async function payoutIn(state: string) {
  const { id } = await api.create();
  const { id: legId } = await putLeg(db, id, "payout", state);
  const ask = (change: object = {}) =>
    ana.post(`/api/payments/${id}/account`, {
      ...{ reason: "la cuenta estaba cancelada", leg_id: legId, legal_name: "Vendedora Nueva SA", clabe: CLABE },
      ...change,
    });
  return { id, legId, ask, now: () => readLeg(db, id, "payout") };
}
const confirm = (answer: { body: unknown }) => beto.post(`/api/plans/${planned.parse(answer.body).hash}/confirm`, {});

describe.each([
  ["waiting", "waiting", 0],
  ["account", "account", 1],
  ["ready", "account", 1],
  ["bounced", "account", 1],
])("a payout in %s", (state, to, generation) => {
  test("is paid to another account once two persons stand for it, and to none before", async () => {
    const one = await payoutIn(state);
    const before = await readPayoutAccounts(db, [one.id]);
    const answer = await one.ask();
    expect(answer).toMatchObject({ status: 202, body: { done: false, plan: { persons: 2, resulting_state: to } } });
    expect(await readPayoutAccounts(db, [one.id])).toEqual(before);

    expect(await confirm(answer)).toMatchObject({ status: 200 });
    expect(await readPayoutAccounts(db, [one.id])).toMatchObject([
      { payee: "seller", version: 2, legalName: "Vendedora Nueva SA", clabe: CLABE },
    ]);
    expect(await one.now()).toMatchObject({ state: to, generation });
    const { rows } = await pool.query("select type, actor from kustodia.event where payment_id = $1 order by id", [
      one.id,
    ]);
    expect(rows.slice(-2)).toEqual([
      { type: "cuenta_corregida", actor: "Ana, Beto" },
      { type: "accion_de_operador", actor: "Ana, Beto" },
    ]);
  });
});

test("neither the plan nor any event has the account in it; the second person reads it whole", async () => {
  const one = await payoutIn("bounced");
  const { hash } = planned.parse((await one.ask()).body);
  const read = async (who: typeof ana) => {
    const { plans } = z
      .object({ plans: z.array(z.object({ hash: z.string(), account: z.unknown() })) })
      .parse((await who.get("/api/plans")).body);
    return plans.find((plan) => plan.hash === hash)?.account;
  };
  expect(await read(beto)).toEqual({ payee: "seller", legal_name: "Vendedora Nueva SA", clabe: CLABE });
  expect(await read(api as unknown as typeof ana)).toEqual({ payee: "seller", legal_name: null, clabe: "••••9711" });
  await beto.post(`/api/plans/${hash}/confirm`, {});
  const { rows } = await pool.query(
    "select plan::text || request::text as text from kustodia.plan union all select es || en || data::text from kustodia.event",
  );
  for (const { text } of rows) {
    expect(text).not.toContain(CLABE);
    expect(text).not.toContain("Vendedora Nueva");
  }
});

test.each(["redeeming", "paying", "failed", "paid"])(
  "a payout in %s keeps its account: its SPEI may be under way, and nothing is kept of the proposed one",
  async (state) => {
    const one = await payoutIn(state);
    const accounts = () => db.$count(payoutAccount);
    const before = await accounts();
    expect(await one.ask()).toMatchObject({ status: 409, body: { type: "/problems/payout_under_way" } });
    expect(await accounts()).toBe(before);
  },
);

test("in review after an order the account is changed only where that order is shown to have paid nobody", async () => {
  const one = await payoutIn("redeeming");
  const { state, reviewFrom, version } = applyReview(await one.now());
  await db.update(leg).set({ state, reviewFrom, version }).where(eq(leg.id, one.legId));
  const accounts = await db.$count(payoutAccount);
  expect(await one.ask()).toMatchObject({ status: 409, body: { type: "/problems/not_proven_absent" } });
  expect(await db.$count(payoutAccount)).toBe(accounts);
  await pool.query(
    `insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, outcome, refused_when, sent_at, closed_at)
     values ($1, 'redeem', 0, 1, gen_random_uuid(), 1500000, 'refused', 'never', now() - interval '2 minutes', now() - interval '2 minutes')`,
    [one.legId],
  );
  const answer = await one.ask();
  expect(answer).toMatchObject({ status: 202, body: { plan: { details: { not_happened: "refused" } } } });
  expect(await confirm(answer)).toMatchObject({ status: 200 });
  expect(await one.now()).toMatchObject({ state: "account", reviewFrom: null, generation: 1 });
});

test("a payout that has moved since the plan was drawn keeps its account", async () => {
  const one = await payoutIn("ready");
  const answer = await one.ask();
  await db
    .update(leg)
    .set({ version: 9 })
    .where(and(eq(leg.id, one.legId)));
  expect(await confirm(answer)).toMatchObject({ status: 409, body: { type: "/problems/plan_changed" } });
  expect(await readPayoutAccounts(db, [one.id])).toMatchObject([{ version: 1 }]);
});

test("where a dispute would pay the buyer can be said before it is decided, and of nothing else", async () => {
  const one = await payoutIn("waiting");
  expect(await confirm(await one.ask({ payee: "buyer" }))).toMatchObject({ status: 200 });
  expect(await readPayoutAccounts(db, [one.id])).toMatchObject([{ payee: "buyer" }, { payee: "seller", version: 1 }]);
  const ready = await payoutIn("ready");
  expect(await ready.ask({ payee: "buyer" })).toMatchObject({ status: 409, body: { pointer: "/payee" } });
});
