import { afterAll, expect, test } from "vitest";
import { dayInMexico } from "../../reactor/payments/mexicoTime.ts";
import { openSite } from "./openSite.ts";

const runs: string[] = [];
const site = await openSite({
  runProcess: async (name) => {
    runs.push(name);
    return { outcome: "done", result: { looked: 3 } };
  },
});
afterAll(() => site.close());
const ana = await site.person("Ana", ["read", "operate", "approve"]);
const beto = await site.person("Beto", ["read"]);

test("the panel shows the money and the payments as they are, with amounts as people read them", async () => {
  await site.create({ amount: "1234.50" });
  await site.create({ amount: "20000.00" });
  await site.pool.query(`insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, closed_at)
    select id, 'buyer', 'juno', 123450, 'posted', now() from kustodia.leg where kind = 'deposit' order by id limit 1`);
  await site.pool.query(`insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state)
    select id, 'juno', 'bridge', 23450, 'pending' from kustodia.leg where kind = 'deposit' order by id limit 1`);
  await site.pool.query(`insert into kustodia.transfer (issuance_id, from_place, to_place, amount_centavos, state, closed_at)
    values ('iss-1', 'buyer', 'suspense', 32000, 'posted', now())`);
  expect((await site.get("/api/overview")).body).toMatchObject({
    payments: [{ status: "pending", count: 2, amount: "21234.50" }],
    money: { suspense: "320.00", juno: "1000.00", bridge: "0.00", escrow: "0.00", in_transit: "234.50" },
    waiting: { review: 0, disputes: 0, unassigned: 0, breaks: 0, plans: 0, alerts: 0 },
    late: [],
  });
  const browser = await site.signedIn(beto.key);
  const { text } = await browser.get("/");
  expect(text).toContain("$21,234.50 MXN");
  expect(text).toContain("$1,000.00 MXN");
  expect(text).toContain('class="place suspense" x="0" width="205"');
  expect(text).toContain('class="place juno" x="205" width="643"');
  // What is kept in all, here as at the day's end.
  const today = dayInMexico(Date.now());
  for (const page of [text, (await browser.get(`/reportes?dia=${today}`)).text]) {
    expect(page.split("Total que se guarda")[1]).toContain("$1,554.50 MXN");
  }
  for (const word of ["Depósitos", "Retiros", "Custodias", "Pagos SPEI", "Sincronización", "120 de 121"]) {
    expect(text).toContain(word);
  }
});

test("what is in review, and whose time is nearly over, is there to be seen", async () => {
  const { id } = await site.create({ amount: "300.00" });
  const stand = (kind: string, change: string) =>
    site.pool.query(`update kustodia.leg set ${change} where payment_id = $1 and kind = $2`, [id, kind]);
  await stand("custody", "state = 'review', review_from = 'bridged'");
  await stand("payout", "state = 'redeeming', due_at = now(), deadline_at = now() - interval '2 minutes'");
  const { body } = await site.get("/api/overview");
  expect(body).toMatchObject({ waiting: { review: 1 }, late: [{ payment_id: id, leg: "payout", state: "redeeming" }] });
});

test("a process is run from the panel, as the API runs it, and once for a form that is sent twice", async () => {
  const browser = await site.signedIn(ana.key);
  const { text } = await browser.get("/");
  const peticion = /action="\/procesos\/sync".*?name="peticion" value="([^"]+)"/s.exec(text)?.[1] ?? "";
  for (const _ of [1, 2]) {
    expect(await browser.post("/procesos/sync", { peticion })).toMatchObject({
      status: 303,
      location: "/?hecho=proceso",
    });
  }
  expect(runs).toEqual(["sync"]);
  expect((await browser.get("/?hecho=proceso")).text).toContain("El proceso corrió.");
});

test("who may only read sees no button, and is refused what they post anyway, in the API's words", async () => {
  const browser = await site.signedIn(beto.key);
  const { text } = await browser.get("/");
  expect(text).not.toMatch(/action="\/(procesos|interruptor)/);
  const refused = await browser.post("/procesos/sync");
  expect(refused.status).toBe(403);
  expect(refused.text).toContain("Esta llave no tiene el permiso operate");
  await browser.post("/idioma", { idioma: "en" });
  expect((await browser.post("/procesos/sync")).text).toContain("This key does not have the scope operate");
});

test("one person stops the money with a reason; to lift it is only planned", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/");
  await browser.post("/interruptor/detener", { reason: "simulacro" });
  const { text } = await browser.get("/");
  expect(text).toContain("Las salidas de dinero están detenidas.");
  expect(text).toContain("simulacro");
  const upTo = /name="up_to" value="(\d+)"/.exec(text)?.[1] ?? "";
  const lifted = await browser.post("/interruptor/levantar", { reason: "pasó", up_to: upTo });
  expect(lifted.location).toMatch(/^\/planes\/[0-9a-f]{64}$/);
  expect((await site.get("/api/kill-switch")).body).toMatchObject({ killed: true });
});

test("a system in shadow mode says so on its panel and in its status, and no other does", async () => {
  const shadow = await openSite({ shadow: true });
  const { key } = await shadow.person("Ana", ["read"]);
  const [shown, plain] = [await shadow.signedIn(key), await site.signedIn(beto.key)];
  expect((await shown.get("/")).text).toContain("Modo sombra");
  expect((await plain.get("/")).text).not.toContain("Modo sombra");
  expect((await shadow.get("/api/automation/status")).body).toMatchObject({ shadow: true });
  expect((await site.get("/api/automation/status")).body).toMatchObject({ shadow: false });
  await shadow.close();
});

test("an alert is taken by the signed-in person", async () => {
  await site.pool.query("insert into kustodia.alert (name, detail) values ('KustodiaBankSilent', 'Juno calla')");
  const browser = await site.signedIn(ana.key);
  expect((await browser.get("/")).text).toContain("Juno calla");
  expect((await browser.post("/alertas/1", { reason: "llamo a Juno" })).status).toBe(303);
  expect((await browser.get("/")).text).toContain("la atiende Ana");
});
