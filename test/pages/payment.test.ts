import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { ROADS, stepsOf } from "../../reactor/pages/payments/roads.ts";
import { tables } from "../../reactor/payments/leg.ts";
import { readPayoutAccounts } from "../../reactor/store/payoutAccounts.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { carriedIn } from "../payments/knownFacts.ts";
import { openSite } from "./openSite.ts";

const deposits: unknown[] = [];
const site = await openSite({
  sandboxDeposit: async (to) => {
    deposits.push(to);
  },
});
afterAll(() => site.close());
const ana = await site.person("Ana", ["read", "operate", "approve"]);
const beto = await site.person("Beto", ["read", "operate", "approve"]);
const lector = await site.person("Lectora", ["read"]);

const custodyIs = async (id: number, change: Partial<typeof leg.$inferInsert>) => {
  const { legs } = (await site.get(`/api/payments/${id}/legs`)).body as { legs: { id: number; kind: string }[] };
  const custody = legs.find(({ kind }) => kind === "custody")?.id ?? 0;
  await site.db.update(leg).set(change).where(eq(leg.id, custody));
};
const WRITTEN = {
  amount: "1,500.50",
  payer_id: "cliente-pagina",
  payer_name: "Compradora",
  legal_name: "Vendedora SA",
  payout_clabe: "0021 1501 6003 2694 11",
  custody: "7",
};

test("the roads are of the tables' states, from the first to one that ends", () => {
  for (const [kind, road] of Object.entries(ROADS)) {
    const rows: Readonly<Record<string, object>> = tables[kind as keyof typeof tables];
    expect(road.filter((state) => rows[state] === undefined)).toEqual([]);
    expect(rows[road.at(-1) ?? ""]).toHaveProperty("end", true);
  }
});

test("a leg's road says when each step was reached, where it stands, and what is to come", () => {
  const events = [
    { type: "deposito_detectado", leg_id: 1, created_at: "2026-01-20T18:00:00.000Z" },
    { type: "retiro_iniciado", leg_id: 2, created_at: "2026-01-20T18:00:05.000Z" },
  ];
  const custody = { id: 2, kind: "custody", standing: "withdrawing", over: false } as const;
  expect(stepsOf(custody, events).slice(0, 3)).toEqual([
    { state: "waiting", at: null, is: "done" },
    { state: "withdrawing", at: "2026-01-20T18:00:05.000Z", is: "now" },
    { state: "bridged", at: null, is: "to_come" },
  ]);
  expect(stepsOf({ ...custody, standing: "disputed" }, events).map(({ state }) => state)).toEqual([
    ...["waiting", "withdrawing", "disputed"],
    ...["bridged", "securing", "active", "releasing", "returning", "crediting", "returned"],
  ]);
  const cancelled = stepsOf({ id: 1, kind: "deposit", standing: "cancelled", over: true }, []);
  expect(cancelled.map(({ state, is }) => `${state} ${is}`)).toEqual(["awaiting done", "cancelled done"]);
});

test("a payment is created on the page, and its page shows it whole", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/pagos/nuevo");
  const { status, location } = await browser.post("/pagos/nuevo", { ...WRITTEN, peticion: "una-vez" });
  expect(status).toBe(303);
  expect(await browser.post("/pagos/nuevo", { ...WRITTEN, peticion: "una-vez" })).toMatchObject({ location });
  const { text } = await browser.get(location ?? "");
  for (const words of [
    "$1,500.50 MXN",
    "Esperando el depósito SPEI",
    "Se espera",
    "Vendedora SA",
    "••••9411",
    "Pago creado por $1,500.50",
    "Simular depósito",
  ]) {
    expect(text).toContain(words);
  }
  expect((await browser.get("/pagos")).text).toContain("Vendedora SA");
});

test("what is wrong with a new payment is said beside what was written", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/pagos/nuevo");
  const refused = await browser.post("/pagos/nuevo", { ...WRITTEN, payout_clabe: "002115016003269412" });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain("payout_clabe");
  expect(refused.text).toMatch(/name="payout_clabe"[^>]*value="002115016003269412"[^>]*aria-invalid="true"/);
  expect(refused.text).toContain('value="Vendedora SA"');
});

test("a payment with a part in custody and a commission is created on the page, each part a payout of its own", async () => {
  const browser = await site.signedIn(ana.key);
  expect((await browser.get("/pagos/nuevo")).text).toContain("Monto en custodia");
  const parts = {
    custody_amount: "1,000.00",
    commission_0_role: "platform",
    commission_0_amount: "200.00",
    commission_0_name: "Kustodia SA",
    commission_0_clabe: "0321 8000 0118 3597 19",
    commission_0_paid_from: "deposit",
    // What a form sends of a commission that nobody wrote.
    ...{ commission_1_role: "platform", commission_1_amount: "", commission_1_paid_from: "deposit" },
  };
  const { location } = await browser.post("/pagos/nuevo", { ...WRITTEN, payer_id: "cliente-partes", ...parts });
  const { legs } = (await site.get(`/api${location?.replace("pagos", "payments").replace(/\?.*/, "")}`)).body as {
    legs: { kind: string; amount: string; beneficiary: { payee: string } | null }[];
  };
  const paid = legs.flatMap(({ beneficiary, amount }) => (beneficiary ? [`${beneficiary.payee} ${amount}`] : []));
  expect(paid.sort()).toEqual(["platform 200.00", "seller 1000.00", "seller 300.50"]);
  const refused = await browser.post("/pagos/nuevo", {
    ...WRITTEN,
    ...parts,
    commission_0_clabe: "032180000118359710",
  });
  expect(refused.status).toBe(422);
  expect(refused.text).toMatch(/name="commission_0_clabe"[^>]*aria-invalid="true"/);
});

test("a payout's account is corrected by two: one writes it on the payment's page, another confirms what they read", async () => {
  const { id } = await site.create({ amount: "717.00" });
  const one = await site.signedIn(ana.key);
  const page = (await one.get(`/pagos/${id}`)).text;
  const form = page.split(`action="/pagos/${id}/account"`)[1] ?? "";
  const legId = /name="leg_id" value="(\d+)"/.exec(form)?.[1] ?? "";
  const account = { legal_name: "Vendedora Nueva SA", clabe: "032180000118359719" };
  const { location } = await one.post(`/pagos/${id}/account`, { reason: "cambió de banco", leg_id: legId, ...account });
  expect(location).toMatch(/^\/planes\//);
  expect((await one.get(location ?? "")).text).not.toContain("Confirmar el plan");
  const other = await site.signedIn(beto.key);
  const read = (await other.get(location ?? "")).text;
  for (const words of ["Confirmar el plan", "Vendedora Nueva SA", account.clabe]) expect(read).toContain(words);
  const inForce = () => readPayoutAccounts(site.db, [id]);
  expect(await inForce()).toMatchObject([{ version: 1 }]);
  expect(await other.post(location ?? "")).toMatchObject({ location: `/pagos/${id}?hecho=plan` });
  expect(await inForce()).toMatchObject([{ version: 2, legalName: account.legal_name, clabe: account.clabe }]);
});

test("who administers may ask on an ended payment's page that its personal data be erased, and another person confirms", async () => {
  const { id } = await site.create({ amount: "719.00" });
  const admin = await site.signedIn((await site.person("Administradora", ["read", "operate", "admin"])).key);
  const erase = `action="/pagos/${id}/erase"`;
  expect((await admin.get(`/pagos/${id}`)).text).not.toContain(erase);
  await site.pool.query("update kustodia.payment set status = 'cancelled' where id = $1", [id]);
  await site.pool.query(
    `update kustodia.leg set state = 'cancelled', due_at = null, deadline_at = null, entered_at = now() - interval '11 years'
     where payment_id = $1 and kind = 'deposit'`,
    [id],
  );
  expect((await admin.get(`/pagos/${id}`)).text).toContain(erase);
  expect((await (await site.signedIn(ana.key)).get(`/pagos/${id}`)).text).not.toContain(erase);
  const { location } = await admin.post(`/pagos/${id}/erase`, { reason: "plazo cumplido" });
  const other = await site.signedIn(beto.key);
  expect((await other.get(location ?? "")).text).toContain("se borran para siempre");
  expect(await other.post(location ?? "")).toMatchObject({ location: `/pagos/${id}?hecho=plan` });
  const erased = (await admin.get(`/pagos/${id}`)).text;
  expect(erased).not.toContain(erase);
  expect(erased).not.toContain("Compradora de Prueba");
});

test("what somebody wrote is text, never markup", async () => {
  const { id } = await site.create({ description: '<script>alert("x")</script>', amount: "700.00" });
  const { text } = await (await site.signedIn(ana.key)).get(`/pagos/${id}`);
  expect(text).toContain("&lt;script&gt;alert");
  expect(text).not.toContain("<script>alert");
});

test("the sandbox's buyer pays from the page, the whole amount to the payment's CLABE", async () => {
  const payment = await site.create({ amount: "812.25" });
  const browser = await site.signedIn(ana.key);
  await browser.get(`/pagos/${payment.id}`);
  expect((await browser.post(`/pagos/${payment.id}/simular`)).status).toBe(303);
  expect(deposits).toEqual([{ clabe: payment.deposit_clabe, amount: "812.25" }]);
});

test("who only reads is offered nothing and shown no whole CLABE", async () => {
  const payment = await site.create({ amount: "913.00" });
  const { text } = await (await site.signedIn(lector.key)).get(`/pagos/${payment.id}`);
  expect(text).not.toContain("Acciones");
  expect(text).not.toContain(payment.deposit_clabe);
});

test("a payment is cancelled with a reason, and a click on what has changed since is refused", async () => {
  const { id } = await site.create({ amount: "614.00" });
  const browser = await site.signedIn(ana.key);
  const page = (await browser.get(`/pagos/${id}`)).text;
  const version = (/name="version" value="([^"]+)"/.exec(page)?.[1] ?? "").replaceAll("&quot;", '"');
  await custodyIs(id, { version: 7 });
  const stale = await browser.post(`/pagos/${id}/cancel`, { reason: "ya no", version });
  expect(stale.status).toBe(412);
  const fresh = (await browser.get(`/pagos/${id}`)).text;
  const now = (/name="version" value="([^"]+)"/.exec(fresh)?.[1] ?? "").replaceAll("&quot;", '"');
  expect(await browser.post(`/pagos/${id}/cancel`, { reason: "ya no", version: now })).toMatchObject({
    status: 303,
    location: `/pagos/${id}?hecho=accion`,
  });
  expect((await browser.get(`/pagos/${id}`)).text).toContain("Motivo: ya no");
});

test("a review is resolved by two: one plans it on the payment's page, another confirms what they read", async () => {
  const { id } = await site.create({ amount: "515.00" });
  await custodyIs(id, { state: "review", reviewFrom: "withdrawing", carried: carriedIn("custody", "withdrawing") });
  const one = await site.signedIn(ana.key);
  const page = (await one.get(`/pagos/${id}`)).text;
  expect(page).toContain("En revisión por una persona");
  expect(page).toContain("seguir donde estaba → «Retirando MXNB de Juno a la cartera puente» · dos personas");
  const { legs } = (await site.get(`/api/payments/${id}/legs`)).body as {
    legs: { id: number; exits: { outcome: string; persons: number }[] }[];
  };
  const exit = legs.flatMap(({ exits }) => exits).find(({ persons }) => persons === 2);
  expect(exit?.outcome).toBe("resume");
  const legId = String(legs[1]?.id);
  const planned = await one.post(`/pagos/${id}/review`, { reason: "revisado", leg_id: legId, outcome: "resume" });
  expect(planned.location).toMatch(/^\/planes\//);
  const own = await one.get(planned.location ?? "");
  expect(own.text).toContain("Es su propio plan");
  expect(own.text).not.toContain("Confirmar el plan");
  const other = await site.signedIn(beto.key);
  expect((await other.get("/planes")).text).toContain("sale de revisión");
  const read = await other.get(planned.location ?? "");
  expect(read.text).toContain("Confirmar el plan");
  expect(read.text).toContain("retirar MXNB de Juno");
  expect(await other.post(planned.location ?? "")).toMatchObject({ location: `/pagos/${id}?hecho=plan` });
  expect((await site.get(`/api/payments/${id}`)).body).toMatchObject({
    legs: expect.arrayContaining([expect.objectContaining({ kind: "custody", state: "withdrawing" })]),
  });
});

test("a page that is open hears of its payment, and only of it", async () => {
  const browser = await site.signedIn(lector.key);
  const { id } = await site.create({ amount: "416.00" });
  const response = await site.site.request(`http://127.0.0.1:4000/vivo?pago=${id}`, {
    headers: { cookie: `sesion=${browser.cookies.get("sesion")}`, "last-event-id": "0" },
  });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("data:")) text += (await reader?.read())?.value ?? "";
  await reader?.cancel();
  expect(text).toContain(`"payment_id":${id}`);
  expect((await site.site.request("http://127.0.0.1:4000/vivo")).status).toBe(303);
});

test("a payment that both parties must approve shows who has, asks for the other one, and only then is released by its operators", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/pagos/nuevo");
  const terms = { ...WRITTEN, payer_id: "cliente-aprueba", release_by: "both_approvals", peticion: "aprueba" };
  const path = (await browser.post("/pagos/nuevo", terms)).location?.split("?")[0] ?? "";
  await custodyIs(Number(path.split("/").at(-1)), { state: "active", carried: carriedIn("custody", "active") });
  const before = (await browser.get(path)).text;
  expect(before).toContain("Comprador y vendedor, cada uno con su aprobación");
  expect(before).not.toContain("/early-release");
  const given = { reason: "llegó", evidence: "correo del 3 de marzo", peticion: "aprueba-1" };
  await browser.post(`${path}/approve-release`, { ...given, party: "buyer" });
  const between = (await browser.get(path)).text;
  expect(between).toContain("Aprobó la liberación: Comprador");
  expect(between).toContain('<select name="party"><option value="seller">Vendedor</option></select>');
  const planned = await browser.post(`${path}/approve-release`, { ...given, party: "seller", peticion: "aprueba-2" });
  expect(planned.location).toMatch(/^\/planes\//);
  expect((await browser.get(planned.location ?? "")).text).toContain("correo del 3 de marzo");
});

test("custody is extended by two: one asks for days on the payment's page, another confirms when it then ends", async () => {
  const { id, custody_end: former } = await site.create({ amount: "417.00" });
  await custodyIs(id, { state: "active", carried: carriedIn("custody", "active") });
  const one = await site.signedIn(ana.key);
  expect((await one.get(`/pagos/${id}`)).text).toContain("Extender la custodia");
  const asked = { reason: "pide más tiempo", custody_days: "60" };
  const planned = await one.post(`/pagos/${id}/extend-custody`, asked);
  expect(planned.location).toMatch(/^\/planes\//);
  const other = await site.signedIn(beto.key);
  const read = (await other.get(planned.location ?? "")).text;
  expect(read).toContain("se extiende hasta");
  expect(read).toContain("fin hasta ahora");
  await other.post(planned.location ?? "");
  const { custody_end } = (await site.get(`/api/payments/${id}`)).body as { custody_end: string };
  expect(Date.parse(custody_end)).toBeGreaterThan(Date.parse(former));
  expect((await one.get(`/pagos/${id}`)).text).toContain("Custodia extendida hasta");
});

test("an event that leads a leg back to where it stood is no arrival there", () => {
  const events = [
    { type: "custodia_activa", leg_id: 2, created_at: "2026-01-20T18:00:00.000Z" },
    { type: "custodia_extendida", leg_id: 2, created_at: "2026-01-21T18:00:00.000Z" },
  ];
  const steps = stepsOf({ id: 2, kind: "custody", standing: "active", over: false }, events);
  expect(steps.find(({ is }) => is === "now")).toEqual({ state: "active", at: "2026-01-20T18:00:00.000Z", is: "now" });
});
