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
