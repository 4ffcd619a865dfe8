import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { COMMANDS } from "../../bin/cli/commands.ts";
import { USAGE } from "../../bin/cli/usage.ts";
import { serveApp } from "../../reactor/http/serve.ts";
import { openApi } from "../http/openApi.ts";

const api = await openApi();
const served = await serveApp(api.app, { port: 0, host: "127.0.0.1" });
afterAll(async () => {
  await served.close();
  await api.close();
});
const ana = await api.person("Ana", ["read", "operate", "approve"]);
const beto = await api.person("Beto", ["read", "approve"]);

/** What the command prints and how it ends, as its own process. */
async function cli(key: string, ...args: string[]) {
  const env = { ...process.env, API_KEY: key, DATABASE_URL: api.url };
  const command = ["--import", "tsx", "bin/cli.ts", ...args];
  const cwd = resolve(import.meta.dirname, "../..");
  return promisify(execFile)("node", command, { cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}
const at = (key: string, ...args: string[]) => cli(key, ...args, "--api", served.url);
const json = async (key: string, ...args: string[]) => {
  const { code, stdout } = await at(key, ...args, "--json");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

test("every command is in the usage, which is what nonsense is answered", async () => {
  for (const name of Object.keys(COMMANDS)) expect(USAGE).toContain(`npm run cli -- ${name}`);
  expect(await at(ana.key, "pagar")).toMatchObject({ code: 2, stderr: `${USAGE}\n` });
  expect(await at(ana.key, "status", "--rapido")).toMatchObject({ code: 2 });
});

test("who asks for help gets the usage, and that is no error", async () => {
  for (const asked of ["--help", "-h"])
    expect(await at("", asked)).toEqual({ code: 0, stdout: `${USAGE}\n`, stderr: "" });
});

test("status, payments and why say to a person and to a program what the API says", async () => {
  const { id } = await api.create({ amount: "1500.00", external_id: "pedido-7" });
  expect((await at(ana.key, "status")).stdout).toMatch(/abiertas.*deposits/s);
  expect((await at(ana.key, "payments", "--q", "pedido")).stdout).toBe(
    (await at(ana.key, "payments", String(id))).stdout,
  );
  expect((await at(ana.key, "payments", String(id))).stdout).toContain("$1500.00 MXN");
  const { body } = await api.get(`/api/payments/${id}/why`);
  expect(await json(ana.key, "why", String(id))).toEqual(body);
  expect((await at(ana.key, "why", String(id))).stdout).toContain((body as { es: string }).es);
}, 180_000);

test("the balances of the books are asked for, now and as they were", async () => {
  const { id } = await api.create();
  await api.pool.query(
    `insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, created_at, closed_at)
     select id, 'buyer', 'juno', 150050, 'posted', now() - interval '2 hours', now() - interval '2 hours'
     from kustodia.leg where payment_id = $1 and kind = 'deposit'`,
    [id],
  );
  const balances = { buyer: "-1500.50", juno: "1500.50", in_transit: "0.00" };
  expect(await json(ana.key, "balances")).toMatchObject({ at: null, balances });
  expect((await at(ana.key, "balances")).stdout).toMatch(/^juno +1500\.50$/m);
  const before = new Date(Date.now() - 3 * 3_600_000).toISOString();
  expect(await json(ana.key, "balances", "--at", before)).toMatchObject({ at: before, balances: { juno: "0.00" } });
  expect(await at(ana.key, "balances", "--at", "ayer")).toMatchObject({ code: 1 });
}, 180_000);

test("a process is triggered, and reconcile is one of them", async () => {
  expect((await at(ana.key, "trigger", "deposits")).stdout).toBe("deposits  looked 3\n");
  expect(await json(ana.key, "reconcile")).toMatchObject({ process: "sync", success: true });
}, 180_000);

test("a leg in review shows its exits, and two persons take it out", async () => {
  const { id } = await api.create();
  await api.pool.query(
    `update kustodia.leg set state = 'review', review_from = 'seen', carried = '{"fid":"f"}'
      where payment_id = $1 and kind = 'deposit'`,
    [id],
  );
  const shown = (await at(ana.key, "review", String(id))).stdout;
  expect(shown).toMatch(/deposit {2}review \(seen\)\n +resume → seen {2}1 persona/);
  const leg = /^(\d+) {2}deposit/m.exec(shown)?.[1] ?? "";
  const asked = await at(ana.key, "review", String(id), leg, "deposit_refunded", "--reason", "el banco lo devolvió");
  const [, hash = ""] = /confirm ([0-9a-f]{64})/.exec(asked.stdout) ?? [];
  expect((await at(beto.key, "plans")).stdout).toContain(hash);
  expect((await at(beto.key, "confirm", hash)).stdout).toMatch(/^Hecho: Pago/);
  expect((await api.get(`/api/payments/${id}`)).body).toMatchObject({ status: "pending" });
}, 180_000);

test("a refusal is 1 with the API's sentence or its problem; no answer is 3", async () => {
  const refused = await at(beto.key, "trigger", "deposits");
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("no tiene el permiso operate"),
  });
  const problem = await at(beto.key, "trigger", "deposits", "--json");
  expect(JSON.parse(problem.stderr)).toMatchObject({ type: "/problems/scope_missing", status: 403 });
  expect(await cli(ana.key, "status", "--api", "http://127.0.0.1:9")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("no responde"),
  });
}, 180_000);

test("without the API the money is stopped in the database; it is lifted by two as ever", async () => {
  const { code, stdout } = await cli("", "kill-switch", "pull", "--reason", "sin API", "--database");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/DETENIDAS.*instalación: sin API/s)]);
  expect((await api.get("/api/kill-switch")).body).toMatchObject({ killed: true });
  expect(await cli("", "kill-switch", "lift", "--reason", "ya", "--database")).toMatchObject({ code: 2 });
}, 180_000);
