import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { toLeg } from "../../reactor/store/legRow.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { postMovement } from "../../reactor/store/transfers.ts";
import { openSite } from "./openSite.ts";

const site = await openSite();
afterAll(() => site.close());
const rita = await site.person("Rita", ["read"]);

/** A day from now: what is posted is posted by the database's own clock. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test("the day's end is one click from every page, with the day to choose, and kept as a table", async () => {
  const browser = await site.signedIn(rita.key);
  expect((await browser.get("/")).text).toContain('href="/reportes"');
  const { text } = await browser.get("/reportes?dia=2026-01-19");
  for (const words of [
    "Cierre del día 19 ene 2026",
    "Cartera puente",
    "Ningún descuadre",
    "/reportes/2026-01-19.csv",
  ]) {
    expect(text).toContain(words);
  }
  const file = await browser.get("/reportes/2026-01-19.csv");
  expect(file.headers.get("content-disposition")).toBe('attachment; filename="kustodia-2026-01-19.csv"');
  expect(file.text).toContain("2026-01-19,escrow,0.00,0.00,0.00,0.00");
  expect((await browser.get("/reportes?dia=ayer")).status).toBe(400);
  expect((await site.visit().get("/reportes/2026-01-19.csv")).location).toContain("/entrar");
});

test("a customer's statement shows what is held and what became of each deposit, masked for who only reads", async () => {
  const payer = { id: "cliente & hijos", name: "Compradora" };
  const payment = await site.create({ payer, amount: "1234.50" });
  const [row] = await site.db.select().from(leg).where(eq(leg.paymentId, payment.id));
  if (row === undefined) throw new Error("The payment has no legs.");
  await postMovement(site.db, toLeg(row), { from: "buyer", to: "juno" });
  const browser = await site.signedIn(rita.key);
  const path = `/reportes/cliente?id=${encodeURIComponent(payer.id)}&desde=${day(-1)}&hasta=${day(1)}`;
  const { text } = await browser.get(path);
  for (const words of ["$1,234.50 MXN", "Depósito SPEI", `href="/pagos/${payment.id}"`, "cliente &amp; hijos"]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain(payment.deposit_clabe);
  const file = await browser.get(path.replace("cliente?", "cliente.csv?"));
  expect(file.headers.get("content-disposition")).toBe('attachment; filename="kustodia-cliente___hijos.csv"');
  expect(file.text).toContain(",deposit,1234.50,,1234.50,");
  expect(file.text).not.toContain(payment.deposit_clabe);
  expect((await browser.get("/reportes/cliente?id=nadie")).status).toBe(404);
});
