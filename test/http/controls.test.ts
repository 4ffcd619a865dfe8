import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { isKilled } from "../../reactor/store/killSwitch.ts";
import { FACTS_CONTEXT } from "../store/chainView.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
const ana = await api.person("Ana", ["read", "admin", "approve", "audit"]);
const beto = await api.person("Beto", ["approve"]);
const carla = await api.person("Carla", ["read", "operate"]);

const planned = z.object({ hash: z.string() });
const listed = z.object({
  controls: z.array(z.object({ name: z.string(), value: z.string(), version: z.int() }).loose()),
});
const problem = (name: string) => ({ body: { type: `/problems/${name}` } });
const OTHER = `0x${"5".repeat(40)}`;

const inForce = async (name: string) => {
  const { controls } = listed.parse((await ana.get("/api/controls")).body);
  return controls.find((control) => control.name === name);
};
const ask = (name: string, value: string, who: Pick<typeof ana, "post"> = ana) =>
  who.post(`/api/controls/${name}`, { value, reason: "temporada alta" });
const propose = async (name: string, value: string) => planned.parse((await ask(name, value)).body).hash;
const confirm = (who: typeof ana, hash: string) => who.post(`/api/plans/${hash}/confirm`, {});

/** Each test names amounts of its own: what another one has put in force stays. */
let pesos = 30_000_000;
beforeEach(() => {
  pesos += 1_000_000;
});
const amount = () => `${pesos}.00`;

test("what is in force is read with what the configuration says of it", async () => {
  expect(await inForce("day_ceiling")).toMatchObject({
    ...{ kind: "ceiling", value: "100000000.00", configured: "100000000.00", differs: false, version: 1 },
    ...{ set_by: [], reason: null },
  });
  expect(await inForce("escrow")).toMatchObject({ kind: "address", value: FACTS_CONTEXT.escrowContract });
});

test("a ceiling is changed by one person's plan and another's confirmation, and an event keeps who, why and what", async () => {
  const before = await inForce("hour_ceiling");
  const asked = await ask("hour_ceiling", amount());
  expect(asked).toMatchObject({ status: 202, body: { done: false, plan: { persons: 2, calls: [], ledger: [] } } });
  expect(await inForce("hour_ceiling")).toEqual(before);
  const { hash } = planned.parse(asked.body);
  expect(await confirm(ana, hash)).toMatchObject({ status: 403, ...problem("own_plan") });
  expect(await confirm(carla, hash)).toMatchObject({ status: 403, ...problem("scope_missing") });
  expect(await inForce("hour_ceiling")).toEqual(before);
  expect(await confirm(beto, hash)).toMatchObject({ status: 200 });
  expect(await inForce("hour_ceiling")).toMatchObject({
    ...{ value: amount(), configured: "20000000.00", differs: true, version: 2 },
    ...{ set_by: ["Ana", "Beto"], reason: "temporada alta" },
  });
  const { rows } = await api.pool.query(
    "select actor, es from kustodia.event where type = 'accion_de_operador' and data ->> 'hash' = $1",
    [hash],
  );
  expect(rows).toMatchObject([
    { actor: "Ana, Beto", es: expect.stringMatching(/Tope por hora: de \$20,000,000\.00 a .*Motivo: temporada alta/) },
  ]);
});

test("nobody proposes it without their key's scope, and no service at all", async () => {
  expect(await ask("day_ceiling", amount(), carla)).toMatchObject({ status: 403, ...problem("scope_missing") });
  expect(await ask("day_ceiling", amount(), api)).toMatchObject({ status: 403, ...problem("needs_persons") });
});

test("of two plans for one ceiling the second one is refused when the first is in force", async () => {
  const [first, second] = [await propose("payout_ceiling", amount()), await propose("payout_ceiling", "500.00")];
  const answers = await Promise.all([confirm(beto, first), confirm(beto, first)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await confirm(beto, second)).toMatchObject({ status: 409, ...problem("plan_changed") });
  expect(await inForce("payout_ceiling")).toMatchObject({ value: amount(), version: 2 });
});

test.each([
  ["hour_ceiling", "0", "not_positive"],
  ["hour_ceiling", "-5", "not_positive"],
  ["hour_ceiling", "1.234", "too_many_decimals"],
  ["hour_ceiling", "mucho", "not_decimal"],
  ["escrow", "0x1234", "not_address"],
  ["escrow", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "not_address"],
  ["gas", "1.00", "not_accepted"],
])("%s is not set to %s", async (name, value, why) => {
  expect(await ask(name, value)).toMatchObject({ status: 400, ...problem(why) });
});

test("what is in force already is not planned anew", async () => {
  expect(await ask("day_ceiling", "100000000")).toMatchObject({ status: 409, ...problem("control_unchanged") });
});

test("the database itself refuses one person's word, another value's form, and any change of what was", async () => {
  const insert = (name: string, value: string, setBy: string | null, reason: string | null) =>
    api.pool.query(
      "insert into kustodia.control (name, version, value, set_by, reason) values ($1, 9, $2, $3::text[], $4)",
      [name, value, setBy, reason],
    );
  await expect(insert("day_ceiling", "1", null, null)).rejects.toThrow(/control_changed_by_two/);
  await expect(insert("day_ceiling", "1", "{Ana,ANA}", "x")).rejects.toThrow(/control_changed_by_two/);
  await expect(insert("day_ceiling", "-1", "{Ana,Beto}", "x")).rejects.toThrow(/control_fits_its_name/);
  await expect(insert("escrow", "1", "{Ana,Beto}", "x")).rejects.toThrow(/control_fits_its_name/);
  await expect(api.pool.query("update kustodia.control set value = '1'")).rejects.toThrow(/append-only/);
  await expect(api.pool.query("delete from kustodia.control")).rejects.toThrow(/append-only/);
});

test("another address stops who was started with the former one, until they are started with it", async () => {
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(false);
  await confirm(beto, await propose("juno_wallet", OTHER));
  expect(await isKilled(api.db, FACTS_CONTEXT)).toBe(true);
  expect(await isKilled(api.db, { ...FACTS_CONTEXT, junoWallet: OTHER })).toBe(false);
  const why = expect.stringContaining("cambió la dirección de «cartera de Juno»");
  expect((await ana.get("/api/kill-switch")).body).toMatchObject({ killed: true, why });
  expect((await ana.get("/api/automation/status")).body).toMatchObject({ outgoing: { stopped: true, why } });
  expect(await inForce("juno_wallet")).toMatchObject({ value: OTHER, differs: true });
});
