import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, expect, test } from "vitest";
import { serveApp } from "../../reactor/http/serve.ts";
import { isKilled, pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { openApi } from "./openApi.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open() {
  const api = await openApi();
  opened.push(api);
  return api;
}

/** One that stays pulled: what must be refused is tried on it. */
const killed = await openApi();
afterAll(() => killed.close());

const REASON = "simulacro de las 12";
const PULL = { reason: REASON, person: "Ana" };
const LIFT = { reason: "era un simulacro", persons: ["Ana", "Beto"] };
await killed.post("/api/kill-switch/pull", PULL);

test("before anybody pulled it, money may leave", async () => {
  const api = await open();
  expect(await api.get("/api/kill-switch")).toMatchObject({
    status: 200,
    body: { killed: false, why: null, pulled_by: null, pulled_at: null, history: [] },
  });
  expect(await isKilled(api.db)).toBe(false);
});

test("a person pulls it: it says who, why and since when, everywhere, and the console tells it", async () => {
  const api = await open();
  const pulled = await api.post("/api/kill-switch/pull", PULL);
  expect(pulled).toMatchObject({
    status: 200,
    body: { killed: true, why: REASON, pulled_by: "Ana", history: [{ id: 1, lifted_by: null, lifted_at: null }] },
  });
  expect(await isKilled(api.db)).toBe(true);
  expect(api.heard.shown).toEqual(["interruptor_activado"]);
  expect(await api.get("/api/automation/status")).toMatchObject({
    status: 200,
    body: { status: "running", outgoing: { stopped: true, why: REASON } },
  });
  const page = await api.app.request("/", { headers: { accept: "text/html" } });
  expect(await page.text()).toMatch(/Las salidas de dinero están detenidas:<\/strong> simulacro de las 12/);
});

test("pulled again for the same reason it is one pull, also by two at once; another reason is another", async () => {
  const api = await open();
  await Promise.all([1, 2, 3, 4].map(() => api.post("/api/kill-switch/pull", PULL)));
  await api.post("/api/kill-switch/pull", { ...PULL, reason: "otro motivo" });
  expect(await api.get("/api/kill-switch")).toMatchObject({
    body: { why: `${REASON} · otro motivo`, pulled_by: "Ana" },
  });
  expect(api.heard.shown).toHaveLength(2);
});

test("two persons lift it, and the history keeps both names and the reason", async () => {
  const api = await open();
  await api.post("/api/kill-switch/pull", PULL);
  expect(await api.post("/api/kill-switch/lift", LIFT)).toMatchObject({
    status: 200,
    body: {
      killed: false,
      why: null,
      history: [{ why: REASON, lifted_by: ["Ana", "Beto"], lift_reason: "era un simulacro" }],
    },
  });
  expect(await isKilled(api.db)).toBe(false);
  expect(api.heard).toMatchObject({ shown: ["interruptor_activado", "interruptor_levantado"], wakes: 1 });
  const { rows } = await api.pool.query("select es, actor from kustodia.event order by id desc limit 1");
  expect(rows).toEqual([{ es: `Se levanta la detención «${REASON}»: era un simulacro`, actor: "Ana, Beto" }]);
});

test("what was pulled after the two had read is not lifted with the rest", async () => {
  const api = await open();
  await api.post("/api/kill-switch/pull", PULL);
  await pullKillSwitch(api.db, "algo nuevo", "kustodia");
  expect(await api.post("/api/kill-switch/lift", { ...LIFT, up_to: 1 })).toMatchObject({
    body: { killed: true, why: "algo nuevo", pulled_by: "kustodia" },
  });
  expect(await api.post("/api/kill-switch/lift", { ...LIFT, up_to: 1 })).toMatchObject({ status: 409 });
});

test("nothing to lift is told, and leaves nothing behind", async () => {
  const api = await open();
  expect(await api.post("/api/kill-switch/lift", LIFT)).toMatchObject({
    status: 409,
    body: { type: "urn:kustodia:problem:nothing_to_lift" },
  });
  expect(await api.countRows()).toBe(0);
});

test.each([
  ["one person", ["Ana"], "not_two_persons"],
  ["three", ["Ana", "Beto", "Caro"], "not_two_persons"],
  ["a name instead of two", "Ana", "not_two_persons"],
  ["nobody", undefined, "missing"],
  ["the same person twice", ["Ana", "Ana"], "same_person"],
  ["the same person in other letters", ["Ana  López", "ＡＮＡ lópez "], "same_person"],
  ["an empty name", ["Ana", "  "], "empty"],
])("the switch is not lifted by %s", async (_who, persons, problem) => {
  expect(await killed.post("/api/kill-switch/lift", { ...LIFT, persons })).toMatchObject({
    status: 400,
    body: { type: `urn:kustodia:problem:${problem}` },
  });
  expect(await isKilled(killed.db)).toBe(true);
});

test("a pull needs a reason and a person", async () => {
  const api = await open();
  for (const body of [{ reason: REASON }, { person: "Ana" }, { ...PULL, reason: " " }]) {
    expect((await api.post("/api/kill-switch/pull", body)).status).toBe(400);
  }
  expect(await isKilled(api.db)).toBe(false);
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

test("the operator's command reads, pulls and lifts it, and shows the API's own refusal", async () => {
  const api = await open();
  const served = await serveApp(api.app, { port: 0, host: "127.0.0.1" });
  opened.unshift(served);
  const run = (...args: string[]) =>
    promisify(execFile)("node", ["--import", "tsx", "bin/killSwitch.ts", ...args, "--api", served.url], {
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, API_KEY: api.apiKey },
    });
  expect((await run("status")).stdout).toMatch(/abiertas/);
  expect((await run("pull", REASON, "--person", "Ana")).stdout).toMatch(/DETENIDAS.*⛔ 1 .*Ana: simulacro de las 12/s);
  await expect(run("lift", "x", "--person", "Ana", "--person", "ana")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("deben ser dos personas distintas"),
  });
  await expect(run("lift", "x", "--person", "Ana")).rejects.toMatchObject({ stderr: expect.stringContaining("Uso") });
  expect((await run("lift", "x", "--person", "Ana", "--person", "Beto", "--up-to", "1")).stdout).toMatch(/abiertas/);
  expect(await isKilled(api.db)).toBe(false);
});
