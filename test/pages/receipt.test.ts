import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { claim, leg, speiDeposit } from "../../reactor/store/schema/index.ts";
import { NOW_MS } from "../http/openApi.ts";
import { openSite } from "./openSite.ts";

const site = await openSite();
afterAll(() => site.close());
const ana = await site.person("Ana", ["read", "operate"]);

/** A payment whose deposit the bank has told all of. */
async function paid() {
  const payment = await site.create({ amount: "1234.50" });
  const [row] = await site.db.select({ id: leg.id }).from(leg).where(eq(leg.paymentId, payment.id));
  const fid = `fid-${payment.id}`;
  const told = { claveRastreo: `CLAVE-${payment.id}`, senderBank: "012", status: "complete" } as const;
  const deposit = { fid, receiverClabe: payment.deposit_clabe, amountCentavos: 1_234_50n, createdAtMs: NOW_MS };
  await site.db.insert(speiDeposit).values({ ...deposit, ...told });
  await site.db.insert(claim).values({ legId: row?.id ?? 0, source: "spei_deposit", outsideId: fid });
  return payment;
}
const linkOf = async (id: number, audience: "buyer" | "seller") =>
  ((await site.post(`/api/payments/${id}/links`, { for: audience, reason: "lo pide" })).body as { path: string }).path;

test("a receipt is one click from its payment, in both languages, and can be kept as the API gives it", async () => {
  const { id } = await paid();
  const browser = await site.signedIn(ana.key);
  expect((await browser.get(`/pagos/${id}`)).text).toContain(`href="/pagos/${id}/recibo"`);
  const { text } = await browser.get(`/pagos/${id}/recibo`);
  for (const words of ["Comprobante", "C••• d••• P•••", "$1,234.50 MXN", `CLAVE-${id}`, "listo para usarse"]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain("Compradora de Prueba");
  const file = await browser.get(`/pagos/${id}/recibo.json`);
  expect(file.headers.get("content-disposition")).toContain(`kustodia-recibo-${id}.json`);
  const { body } = await site
    .person("Beto", ["read", "operate"])
    .then((beto) => beto.get(`/api/payments/${id}/receipt`));
  expect(JSON.parse(file.text)).toEqual(body);
  await browser.post("/idioma", { idioma: "en", volver: "/" });
  expect((await browser.get(`/pagos/${id}/recibo`)).text).toContain("What is not there yet");
});

test("the buyer's address opens the buyer's receipt, with the account to ask Banxico for; the seller's masks it", async () => {
  const payment = await paid();
  const other = await paid();
  const buyer = await linkOf(payment.id, "buyer");
  expect((await site.visit().get(buyer)).text).toContain(`href="${buyer}/recibo"`);
  const seen = (await site.visit().get(`${buyer}/recibo`)).text;
  expect(seen).toContain(payment.deposit_clabe);
  expect(seen).not.toContain(`CLAVE-${other.id}`);
  const seller = await linkOf(payment.id, "seller");
  for (const path of [`${seller}/recibo`, `${seller}/recibo.json`]) {
    const { status, text } = await site.visit().get(path);
    expect(status).toBe(200);
    expect(text).toContain(`CLAVE-${payment.id}`);
    expect(text).not.toMatch(/(?<!\w)\d{18}(?!\w)/);
  }
});

test("who has neither key nor address sees no receipt", async () => {
  const { id } = await paid();
  expect((await site.visit().get(`/pagos/${id}/recibo`)).location).toContain("/entrar");
  expect((await site.visit().get(`/pagos/${id}/recibo.json`)).location).toContain("/entrar");
  expect((await site.visit().get(`/seguimiento/${"A".repeat(43)}/recibo`)).status).toBe(404);
});
