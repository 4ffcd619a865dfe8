import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, expect, test } from "vitest";
import { z } from "zod";
import { serveApp } from "../../reactor/http/serve.ts";
import { isKilled, pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { FACTS_CONTEXT } from "../store/chainView.ts";
import { openApi } from "./openApi.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open() {
  const api = await openApi();
  opened.push(api);
  const ana = await api.person("Ana", ["operate", "approve"]);
  const beto = await api.person("Beto", ["approve"]);
  /** Two persons, each with their own key. @returns the second one's answer. */
  const lift = async (body: object = LIFT) => {
    const { hash } = planned.parse((await ana.post(LIFT_PATH, body)).body);
    return beto.post(`/api/plans/${hash}/confirm`, {});
  };
  return { ...api, ana, beto, lift };
}

const LIFT_PATH = "/api/kill-switch/lift";
const planned = z.object({ hash: z.string(), done: z.literal(false) });

/** One that stays pulled: what must be refused is tried on it. */
const killed = await openApi();
afterAll(() => killed.close());
const caro = await killed.person("Caro", ["operate", "approve"]);

const REASON = "simulacro de las 12";
const PULL = { reason: REASON };
const LIFT = { reason: "era un simulacro" };
await killed.post("/api/kill-switch/pull", PULL);

test("before anybody pulled it, money may leave", async () => {
  const api = await open();
  expect(await api.get("/api/kill-switch")).toMatchObject({
    status: 200,
    body: { killed: false, why: null, pulled_by: null, pulled_at: null, history: [] },
  });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(false);
});

test("a person pulls it: it says who, why and since when, everywhere, and the console tells it", async () => {
  const api = await open();
  const pulled = await api.ana.post("/api/kill-switch/pull", PULL);
  expect(pulled).toMatchObject({
    status: 200,
    body: { killed: true, why: REASON, pulled_by: "Ana", history: [{ id: 1, lifted_by: null, lifted_at: null }] },
  });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
  expect(api.heard.shown).toEqual(["interruptor_activado"]);
  expect(await api.get("/api/automation/status")).toMatchObject({
    status: 200,
    body: { status: "running", outgoing: { stopped: true, why: REASON } },
  });
});

test("pulled again for the same reason it is one pull, also by two at once; another reason is another", async () => {
  const api = await open();
  await Promise.all([1, 2, 3, 4].map(() => api.post("/api/kill-switch/pull", PULL)));
  await api.post("/api/kill-switch/pull", { ...PULL, reason: "otro motivo" });
  expect(await api.get("/api/kill-switch")).toMatchObject({
    body: { why: `${REASON} · otro motivo`, pulled_by: "prueba" },
  });
  expect(api.heard.shown).toHaveLength(2);
});

test("two persons' keys lift it, and the history keeps both names and the reason", async () => {
  const api = await open();
  await api.post("/api/kill-switch/pull", PULL);
  expect(await api.ana.post(LIFT_PATH, LIFT)).toMatchObject({ status: 202 });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
  expect(await api.lift()).toMatchObject({ status: 200, body: { done: true } });
  expect(await api.get("/api/kill-switch")).toMatchObject({
    body: {
      killed: false,
      why: null,
      history: [{ why: REASON, lifted_by: ["Ana", "Beto"], lift_reason: "era un simulacro" }],
    },
  });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(false);
  expect(api.heard.shown.slice(-2)).toEqual(["accion_de_operador", "interruptor_levantado"]);
  const { rows } = await api.pool.query("select es, actor from kustodia.event where type = 'interruptor_levantado'");
  expect(rows).toEqual([{ es: `Se levanta la detención «${REASON}»: era un simulacro`, actor: "Ana, Beto" }]);
});

test("what was pulled after the first had read is not lifted with the rest", async () => {
  const api = await open();
  await api.post("/api/kill-switch/pull", PULL);
  await pullKillSwitch(api.db, "algo nuevo", "kustodia");
  expect((await api.lift({ ...LIFT, up_to: 1 })).status).toBe(200);
  expect(await api.get("/api/kill-switch")).toMatchObject({
    body: { killed: true, why: "algo nuevo", pulled_by: "kustodia" },
  });
  expect(await api.ana.post(LIFT_PATH, { ...LIFT, up_to: 1 })).toMatchObject({ status: 409 });
});

test("a reason that came between plan and confirmation undoes the plan: the two have not read it", async () => {
  const api = await open();
  await api.post("/api/kill-switch/pull", PULL);
  const { hash } = planned.parse((await api.ana.post(LIFT_PATH, LIFT)).body);
  await pullKillSwitch(api.db, "algo nuevo", "kustodia");
  expect(await api.beto.post(`/api/plans/${hash}/confirm`, {})).toMatchObject({
    status: 409,
    body: { type: "/problems/plan_changed" },
  });
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
});

test("nothing to lift is told, and leaves nothing behind", async () => {
  const api = await open();
  expect(await api.ana.post(LIFT_PATH, LIFT)).toMatchObject({
    status: 409,
    body: { type: "/problems/nothing_to_lift" },
  });
  expect(await api.countRows()).toBe(0);
});

test("a service plans no lifting, and one person does not lift alone", async () => {
  expect(await killed.post(LIFT_PATH, LIFT)).toMatchObject({
    status: 403,
    body: { type: "/problems/needs_persons" },
  });
  const { hash } = planned.parse((await caro.post(LIFT_PATH, LIFT)).body);
  expect(await caro.post(`/api/plans/${hash}/confirm`, {})).toMatchObject({
    status: 403,
    body: { type: "/problems/own_plan" },
  });
  expect(await isKilled(killed.db, FACTS_CONTEXT)).toBe(true);
});

test("a pull and a lift need a reason", async () => {
  const api = await open();
  for (const path of ["/api/kill-switch/pull", LIFT_PATH]) {
    for (const body of [{}, { reason: " " }]) expect((await api.ana.post(path, body)).status).toBe(400);
  }
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(false);
});

test.each([
  ["without a name", "lifted_by = null, lift_reason = 'x'"],
  ["with one name", "lifted_by = array['Ana'], lift_reason = 'x'"],
  ["with one name twice", "lifted_by = array['Ana', 'ANA'], lift_reason = 'x'"],
  ["without a reason", "lifted_by = array['Ana', 'Beto']"],
])("the database itself refuses to lift it %s", async (_how, set) => {
  await expect(killed.pool.query(`update kustodia.kill_switch set lifted_at = now(), ${set}`)).rejects.toThrow(
    /kill_switch_lifted_by_two/,
  );
});

test("the operator's command reads and pulls it, and two persons lift it with a key each", async () => {
  const api = await open();
  const served = await serveApp(api.app, { port: 0, host: "127.0.0.1" });
  opened.unshift(served);
  const run = (key: string, ...args: string[]) =>
    promisify(execFile)("node", ["--import", "tsx", "bin/cli.ts", ...args, "--api", served.url], {
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, API_KEY: key },
    });
  expect((await run(api.apiKey, "kill-switch", "status")).stdout).toMatch(/abiertas/);
  expect((await run(api.apiKey, "kill-switch", "pull", "--reason", REASON)).stdout).toMatch(
    /DETENIDAS.*⛔ 1 .*prueba: simulacro de las 12/s,
  );
  const plan = (await run(api.ana.key, "kill-switch", "lift", "--reason", "ya pasó", "--up-to", "1")).stdout;
  const [, hash = ""] = /confirm ([0-9a-f]{64})/.exec(plan) ?? [];
  expect(plan).toContain("Se levanta la detención de salidas: 1 «simulacro de las 12»");
  await expect(run(api.ana.key, "confirm", hash)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("otra persona"),
  });
  await expect(run(api.ana.key, "kill-switch", "lift")).rejects.toMatchObject({
    stderr: expect.stringContaining("Uso"),
  });
  await run(api.beto.key, "confirm", hash);
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(false);
}, 120_000);
