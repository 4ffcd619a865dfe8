import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { isKilled, pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { FACTS_CONTEXT } from "../store/chainView.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
const ana = await api.person("Ana", ["read", "operate", "approve", "audit"]);
const beto = await api.person("Beto", ["approve"]);

const planned = z.object({ hash: z.string() });
const listed = z.object({ plans: z.array(z.object({ hash: z.string() }).loose()) });
const problem = (name: string) => ({ body: { type: `/problems/${name}` } });

/** Lifting the kill switch: the smallest thing that takes two. */
const propose = async () =>
  planned.parse((await ana.post("/api/kill-switch/lift", { reason: "ya se revisó" })).body).hash;
const confirm = (who: typeof ana, hash: string) => who.post(`/api/plans/${hash}/confirm`, {});

beforeEach(async () => {
  await pullKillSwitch(api.db, "simulacro", "kustodia");
});

test("a plan says what it would do, and waits where the second person finds it", async () => {
  const hash = await propose();
  const { plans } = listed.parse((await ana.get("/api/plans")).body);
  expect(plans.find((plan) => plan.hash === hash)).toMatchObject({
    reason: "ya se revisó",
    proposed_by: "Ana",
    confirmed_by: null,
    plan: { operation: "lift_kill_switch", persons: 2, es: expect.stringContaining("«simulacro»") },
  });
  expect(api.heard.shown.at(-1)).toBe("plan_propuesto");
});

test("who proposed does not confirm, with whichever of their keys", async () => {
  const hash = await propose();
  const again = await api.person("ANA", ["approve"]);
  expect(await confirm(ana, hash)).toMatchObject({ status: 403, ...problem("own_plan") });
  expect(await confirm(again, hash)).toMatchObject({ status: 403, ...problem("own_plan") });
  await expect(
    api.pool.query("update kustodia.plan set confirmed_by = proposed_by, confirmed_at = now() where hash = $1", [hash]),
  ).rejects.toThrow(/plan_confirmed_by_another/);
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
});

test("another person confirms it once, and an event keeps who, why and what", async () => {
  const hash = await propose();
  const answers = await Promise.all([1, 2, 3].map(() => confirm(beto, hash)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  expect(await confirm(beto, hash)).toMatchObject({ status: 409 });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(false);
  const { rows } = await api.pool.query(
    "select actor, es, data from kustodia.event where type = 'accion_de_operador' and data ->> 'hash' = $1",
    [hash],
  );
  expect(rows).toMatchObject([
    { actor: "Ana, Beto", es: expect.stringContaining("Motivo: ya se revisó"), data: { reason: "ya se revisó" } },
  ]);
  expect(JSON.parse(String(rows[0].data.plan))).toMatchObject({ operation: "lift_kill_switch" });
  const { plans } = listed.parse((await ana.get("/api/audit/plans")).body);
  expect(plans.find((plan) => plan.hash === hash)).toMatchObject({ confirmed_by: "Beto" });
});

test("a plan that has expired is not confirmed", async () => {
  const hash = await propose();
  await api.pool.query("update kustodia.plan set expires_at = now() - interval '1 second' where hash = $1", [hash]);
  expect(await confirm(beto, hash)).toMatchObject({ status: 409, ...problem("plan_expired") });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
});

test("what was changed in a stored plan's request no longer fits its hash", async () => {
  await pullKillSwitch(api.db, "otro motivo", "kustodia");
  const hash = await propose();
  await api.pool.query(`update kustodia.plan set request = '{"upTo": 1}' where hash = $1`, [hash]);
  expect(await confirm(beto, hash)).toMatchObject({ status: 409 });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
});

test("a plan that nobody proposed is not found", async () => {
  expect(await confirm(beto, "0".repeat(64))).toMatchObject({ status: 404, ...problem("plan_not_found") });
});

test("a plan is read after its end too, by whom it was confirmed and when", async () => {
  await pullKillSwitch(api.db, "otro simulacro", "kustodia");
  const [carla, dario] = [await api.person("Carla", ["read", "operate"]), await api.person("Darío", ["approve"])];
  const planned = await carla.post("/api/kill-switch/lift", { reason: "listo" });
  const { hash } = planned.body as { hash: string };
  expect((await carla.get(`/api/plans/${hash}`)).body).toMatchObject({ confirmed_by: null, proposed_by: "Carla" });
  await dario.post(`/api/plans/${hash}/confirm`, undefined);
  expect((await carla.get(`/api/plans/${hash}`)).body).toMatchObject({
    ...{ hash, reason: "listo", confirmed_by: "Darío", confirmed_at: expect.any(String) },
  });
  expect(await carla.get("/api/plans/nadie")).toMatchObject({
    status: 404,
    body: { type: "/problems/plan_not_found" },
  });
});
