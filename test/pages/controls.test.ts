import { afterAll, expect, test } from "vitest";
import { openSite } from "./openSite.ts";

const site = await openSite();
afterAll(() => site.close());
const ana = await site.person("Ana", ["read", "admin"]);
const beto = await site.person("Beto", ["read", "approve"]);

test("limits and addresses are shown with what is in force; one person proposes another value there, another confirms it", async () => {
  const browser = await site.signedIn(ana.key);
  expect((await browser.get("/limites")).text).toContain("$20,000,000.00 MXN");
  const asked = { value: "5000000.00", reason: "temporada baja", peticion: "tope-1" };
  const { location } = await browser.post("/limites/hour_ceiling", asked);
  expect(location).toMatch(/^\/planes\//);
  expect((await browser.get("/limites")).text).not.toContain("$5,000,000.00 MXN");
  const other = await site.signedIn(beto.key);
  expect((await other.get(location ?? "")).text).toContain("Tope por hora: de $20,000,000.00 a $5,000,000.00");
  expect(await other.post(location ?? "")).toMatchObject({ location: "/planes?hecho=plan" });
  const { text } = await other.get("/limites");
  for (const words of ["$5,000,000.00 MXN", "La configuración dice otra cosa", "Ana, Beto", "temporada baja"]) {
    expect(text).toContain(words);
  }
  // Who may not propose is not offered it.
  expect(text).not.toContain("Proponer otro valor");
});

test("what is no amount and no address is refused in a sentence", async () => {
  const browser = await site.signedIn(ana.key);
  await browser.get("/limites");
  const refused = await browser.post("/limites/bridge", { value: "0x12", reason: "prueba", peticion: "direccion-1" });
  expect(refused).toMatchObject({ status: 400 });
  expect(refused.text).toContain("no es una dirección 0x…");
});

test("lanes are shown with their payments; one person drains there, and proposes to open, which another confirms", async () => {
  const browser = await site.signedIn(ana.key);
  expect((await browser.get("/limites")).text).toContain("abierto · 0 pagos sin terminar");
  const drained = { reason: "otro firmante", peticion: "carril-1" };
  expect(await browser.post("/limites/carriles/principal/drain", drained)).toMatchObject({
    location: "/limites#carriles",
  });
  const { text } = await browser.get("/limites");
  for (const words of ["vaciándose · 0 pagos sin terminar", "Abrir a pagos nuevos", "Retirar", "otro firmante"]) {
    expect(text).toContain(words);
  }
  const asked = { reason: "ya puede", peticion: "carril-2" };
  const { location } = await browser.post("/limites/carriles/principal/open", asked);
  const other = await site.signedIn(beto.key);
  expect((await other.get(location ?? "")).text).toContain("Carril principal: se abre a pagos nuevos");
  expect(await other.post(location ?? "")).toMatchObject({ location: "/planes?hecho=plan" });
  const shown = (await other.get("/limites")).text;
  expect(shown).toContain("abierto · 0 pagos sin terminar");
  // Who may not administer is not offered it.
  expect(shown).not.toContain("No darle más pagos");
});
