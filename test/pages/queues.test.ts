import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { openBreak } from "../../reactor/store/breaks.ts";
import { bankTransaction, leg, unassignedDeposit } from "../../reactor/store/schema/index.ts";
import { openSite } from "./openSite.ts";

const site = await openSite();
afterAll(() => site.close());
const SCOPES = ["read", "operate", "approve", "admin", "audit"] as const;
const ana = await site.person("Ana", SCOPES);
const lector = await site.person("Lectora", ["read"]);

test("what is in review or disputed is in its queue, and nothing else", async () => {
  const inReview = await site.create({ amount: "111.00" });
  const disputed = await site.create({ amount: "222.00" });
  for (const [id, status] of [
    [inReview.id, "review"],
    [disputed.id, "disputed"],
  ]) {
    await site.pool.query("update kustodia.payment set status = $2 where id = $1", [id, status]);
  }
  await site.db.update(leg).set({ state: "review", reviewFrom: "awaiting" }).where(eq(leg.id, 1));
  const browser = await site.signedIn(lector.key);
  const review = (await browser.get("/revision")).text;
  expect(review).toContain("$111.00 MXN");
  expect(review).not.toContain("$222.00 MXN");
  expect((await browser.get("/disputas")).text).toContain("$222.00 MXN");
});

test("an unassigned deposit is given to the payment that waits for as much", async () => {
  const payment = await site.create({ amount: "333.00" });
  const [moment, amountCentavos] = [Date.now(), 333_00n];
  await site.db.insert(bankTransaction).values({
    ...{ id: "iss-1", type: "ISSUANCE", status: "COMPLETE", refunded: false, receiverClabe: payment.deposit_clabe },
    ...{ amountBaseUnits: amountCentavos * 10_000n, createdAtMs: moment, updatedAtMs: moment },
  });
  const why = "several_payments_match";
  await site.db
    .insert(unassignedDeposit)
    .values({ issuanceId: "iss-1", why, clabe: payment.deposit_clabe, amountCentavos, candidateLegs: [1] });
  const browser = await site.signedIn(ana.key);
  const { text } = await browser.get("/depositos");
  expect(text).toContain("$333.00 MXN");
  expect(text).toContain("Varios pagos posibles");
  expect(text).not.toContain(payment.deposit_clabe);
  const given = await browser.post("/depositos", {
    issuance_id: "iss-1",
    payment: String(payment.id),
    reason: "es suyo",
  });
  expect(given).toMatchObject({ status: 303, location: `/pagos/${payment.id}?hecho=accion` });
  expect((await browser.get("/depositos")).text).toContain("Todo lo que llegó al banco tiene su pago.");
});

test("a webhook's endpoint is made, its secret shown once, paused, rotated and removed on the page, and a delivery sent again", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/avisos");
  const made = await browser.post("/avisos", {
    url: "https://ejemplo.mx/kustodia",
    reason: "la tienda",
    event_types: "pago_creado",
  });
  expect(made.text).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
  await site.create({ amount: "444.00" });
  const { text } = await browser.get("/avisos");
  expect(text).toContain("https://ejemplo.mx/kustodia");
  expect(text).not.toContain("whsec_");
  const delivery = /action="(\/avisos\/entregas\/\d+)"/.exec(text)?.[1] ?? "";
  expect((await browser.post(delivery, { reason: "no lo vieron" })).status).toBe(303);
  const path = /action="(\/avisos\/\d+)\/pausar"/.exec(text)?.[1] ?? "";
  const version = /name="version" value="([^"]+)"/.exec(text)?.[1]?.replaceAll("&quot;", '"') ?? "";
  expect((await browser.post(`${path}/pausar`, { reason: "mantenimiento", version })).status).toBe(303);
  expect((await browser.get("/avisos")).text).toContain("En pausa");
  expect((await browser.post(`${path}/pausar`, { reason: "otra vez", version })).status).toBe(412);
  expect((await browser.post(`${path}/reanudar`, { reason: "listo" })).status).toBe(303);
  const rotated = await browser.post(`${path}/secreto`, { reason: "se filtró", overlap_hours: "0" });
  expect(rotated.text).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
  const missed = { reason: "estuvo caído", since: "2026-01-01T00:00" };
  expect((await browser.post(`${path}/reenviar`, missed)).status).toBe(303);
  expect((await browser.post(`${path}/eliminar`, { reason: "ya no" })).status).toBe(303);
  expect((await browser.get("/avisos")).text).toContain("Todavía no se avisa a nadie.");
});

test("an endpoint that was disabled for accepting nothing is reported on the page", async () => {
  await site.post("/api/webhook-endpoints", { url: "https://ejemplo.mx/muerto", reason: "prueba" });
  await site.pool.query(
    "update kustodia.webhook_endpoint set enabled = false, disabled_why = 'failing' where url like '%muerto'",
  );
  const { text } = await (await site.signedIn(lector.key)).get("/avisos");
  expect(text).toContain("Desactivado porque no acepta avisos");
  expect(text).toContain("https://ejemplo.mx/…");
  expect(text).not.toMatch(/muerto|action="\/avisos/);
});

test("a key is made, shown once and ended on the page; one that approves waits for another person", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/llaves");
  const wanted = { owner: "Carla", owner_kind: "person", days: "30", scopes: "read", reason: "entra al equipo" };
  const made = await browser.post("/llaves", wanted);
  const key = /kst_[0-9a-f]{12}_[0-9a-f]{48}/.exec(made.text)?.[0] ?? "";
  expect((await (await site.signedIn(key)).get("/")).status).toBe(200);
  const list = (await browser.get("/llaves")).text;
  expect(list).toContain("Carla");
  expect(list).not.toContain(key);
  expect((await browser.post(`/llaves/${key.split("_")[1]}/revocar`, { reason: "se fue" })).status).toBe(303);
  await expect(site.signedIn(key)).rejects.toThrow("401");
  const approving = await browser.post("/llaves", { ...wanted, scopes: "approve" });
  expect(approving.text).toContain("No abre nada hasta que otra persona confirme su plan.");
});

test("the audit trail says who did what and why, to who may audit", async () => {
  const browser = await site.signedIn(ana.key);
  const { text } = await browser.get("/bitacora");
  expect(text).toContain("Motivo: es suyo");
  expect(text).toContain("Ana");
  const reader = await site.signedIn(lector.key);
  expect((await reader.get("/bitacora")).status).toBe(403);
  expect((await reader.get("/")).text).not.toContain("/bitacora");
});

test("every place of the navigation is a page", async () => {
  const browser = await site.signedIn(ana.key);
  const { text } = await browser.get("/");
  const nav = /<nav.*?<\/nav>/s.exec(text)?.[0] ?? "";
  const places = [...nav.matchAll(/href="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(places.length).toBeGreaterThan(10);
  for (const path of places) expect((await browser.get(path)).status, path).toBe(200);
});

test("a break is listed with its age, shows the evidence of its three sides, and is taken, explained and closed", async () => {
  const sides = { consumed: { "beneficiary in": "1 × → 333.00" }, seen: {}, atBank: { id: "red-2" } };
  const number = await openBreak(site.db, {
    ...{
      account: FIRST_ACCOUNT,
      kind: "doubled_payout",
      source: "bank",
      outsideId: "red-2",
      paymentId: 1,
      legId: null,
    },
    ...{ amountBaseUnits: 333_000_000n, ...sides },
  });
  const browser = await site.signedIn(ana.key);
  const list = (await browser.get("/descuadres")).text;
  expect(list).toContain("Un pago salió más de una vez");
  expect(list).toContain("$333.00 MXN");
  const page = (await browser.get(`/descuadres/${number}`)).text;
  for (const shown of ["red-2", "1 × → 333.00", "No dice nada.", "Detenga las salidas de dinero"]) {
    expect(page).toContain(shown);
  }
  const reader = await site.signedIn(lector.key);
  expect((await reader.get(`/descuadres/${number}`)).text).not.toContain("/tomar");
  const version = /name="version" value="([^"]+)"/.exec(page)?.[1]?.replaceAll("&quot;", '"') ?? "";
  expect((await browser.post(`/descuadres/${number}/tomar`, { reason: "lo veo", version })).status).toBe(303);
  expect((await browser.post(`/descuadres/${number}/tomar`, { reason: "otra vez", version })).status).toBe(412);
  expect((await browser.post(`/descuadres/${number}/explicar`, { reason: "se repitió la llave" })).status).toBe(303);
  expect((await browser.post(`/descuadres/${number}/cerrar`, { reason: "el banco lo recuperó" })).status).toBe(303);
  const closed = (await browser.get("/descuadres?state=closed")).text;
  expect(closed).toContain("Cerrado");
  expect((await browser.get(`/descuadres/${number}`)).text).toContain("el banco lo recuperó");
  expect((await browser.get("/descuadres?state=open")).text).toContain("Ningún descuadre");
});
