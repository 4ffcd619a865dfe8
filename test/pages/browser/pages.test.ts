import { eq } from "drizzle-orm";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath } from "../../../bin/operate/chromiumPath.ts";
import { serveApp } from "../../../reactor/http/serve.ts";
import { leg } from "../../../reactor/store/schema/index.ts";
import { carriedIn } from "../../payments/knownFacts.ts";
import { openSite } from "../openSite.ts";
import { openBrowser, signInAt, tellWithoutChromium } from "./openBrowser.ts";

tellWithoutChromium();

/** Runs in the page, where there is a document: what the policy blocks of an inline and a foreign script. */
const TRY_SCRIPTS = `(async () => {
  const blocked = [];
  document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
  const inline = document.createElement("script");
  inline.textContent = "globalThis.ran = true";
  const foreign = document.createElement("script");
  foreign.src = "https://cdn.example/x.js";
  document.body.append(inline, foreign);
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { blocked, ran: "ran" in globalThis };
})()`;

/** Runs in the page: the words of links that reach beyond the window, or whose text is wider than they are. */
const CUT_OFF = `[...document.querySelectorAll("nav a")]
  .filter((link) => link.getBoundingClientRect().right > innerWidth || link.scrollWidth > link.clientWidth)
  .map((link) => link.textContent)`;

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  let site: Awaited<ReturnType<typeof openSite>>;
  let served: Awaited<ReturnType<typeof serveApp>>;
  let browser: Browser;
  let keys: Readonly<Record<"ana" | "beto", string>>;
  const PERSON = ["read", "operate", "approve", "admin", "audit"] as const;

  beforeAll(async () => {
    site = await openSite({ sandboxDeposit: async () => undefined });
    served = await serveApp(site.site, { port: 0, host: "127.0.0.1" });
    browser = await openBrowser();
    keys = { ana: (await site.person("Ana", PERSON)).key, beto: (await site.person("Beto", PERSON)).key };
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    await site.close();
  });

  const visit = async (options: Parameters<Browser["newContext"]>[0] = {}) =>
    (await browser.newContext(options)).newPage();

  test("a person signs in, sees the panel, and signs out", async () => {
    const page = await visit();
    await signInAt(page, served.url, keys.ana);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Panel");
    await page.getByRole("button", { name: "Salir" }).click();
    await page.waitForURL("**/entrar");
    await page.goto(`${served.url}/pagos`);
    expect(page.url()).toContain("/entrar?volver=");
  });

  test("a process is triggered from the panel, by the keyboard alone", async () => {
    const page = await visit();
    await signInAt(page, served.url, keys.ana);
    await page.getByRole("button", { name: "Ejecutar" }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("status").waitFor();
    expect(await page.getByRole("status").textContent()).toBe("El proceso corrió.");
  });

  test("a form of another site is not done, though the browser is signed in", async () => {
    const page = await visit();
    await signInAt(page, served.url, keys.ana);
    await page.route("http://malo.example/", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form method="post" action="${served.url}/interruptor/detener"><input name="reason" value="ajeno"><button>x</button></form>`,
      }),
    );
    await page.goto("http://malo.example/");
    await page.getByRole("button").click();
    await page.waitForLoadState();
    expect((await site.get("/api/kill-switch")).body).toMatchObject({ killed: false });
  });

  test("the policy keeps an inline script and a script from elsewhere from running", async () => {
    const page = await visit();
    await signInAt(page, served.url, keys.ana);
    const refused = (await page.evaluate(TRY_SCRIPTS)) as { blocked: string[]; ran: boolean };
    expect(refused.ran).toBe(false);
    expect(refused.blocked.sort()).toEqual(["script-src-elem", "script-src-elem"]);
  });

  test("an open page shows an event as it happens, and leaves alone what somebody is writing in", async () => {
    const { id } = await site.create({ amount: "616.00" });
    const page = await visit();
    // Without its look now and then: only the stream of events can tell it.
    await page.addInitScript("globalThis.setInterval = () => 0");
    await signInAt(page, served.url, keys.ana);
    const streamed = page.waitForResponse((response) => response.url().includes("/vivo?pago="));
    await page.goto(`${served.url}/pagos/${id}`);
    await streamed;
    await page.getByText("Cancelar el pago").first().click();
    const reason = page.locator('form[action$="/cancel"]').getByLabel("Motivo");
    await reason.fill("a medio escribir");
    await site.post(`/api/payments/${id}/hold`, { reason: "revisar" });
    await page.locator("#resumen").getByText("Retenido").waitFor();
    expect(await reason.inputValue()).toBe("a medio escribir");
  });

  test("a review is resolved by two persons, each in their own browser", async () => {
    const { id } = await site.create({ amount: "515.00" });
    const { legs } = (await site.get(`/api/payments/${id}/legs`)).body as { legs: { id: number; kind: string }[] };
    const custody = legs.find(({ kind }) => kind === "custody")?.id ?? 0;
    const review = {
      state: "review",
      reviewFrom: "withdrawing",
      carried: carriedIn("custody", "withdrawing"),
    } as const;
    await site.db.update(leg).set(review).where(eq(leg.id, custody));
    const ana = await visit();
    await signInAt(ana, served.url, keys.ana);
    await ana.goto(`${served.url}/pagos/${id}`);
    await ana.getByText("seguir donde estaba → «Retirando MXNB").click();
    const form = ana
      .locator('form[action$="/review"]')
      .filter({ has: ana.getByRole("button", { name: "seguir donde estaba", exact: true }) });
    await form.getByLabel("Motivo").fill("revisado con el banco");
    await form.getByRole("button").click();
    await ana.waitForURL("**/planes/*");
    expect(await ana.getByText("Es su propio plan").count()).toBe(1);
    const beto = await visit();
    await signInAt(beto, served.url, keys.beto);
    await beto.goto(ana.url());
    expect(await beto.getByText("revisado con el banco").count()).toBe(1);
    await beto.getByRole("button", { name: "Confirmar el plan" }).click();
    await beto.waitForURL(`**/pagos/${id}?hecho=plan`);
    expect((await site.get(`/api/payments/${id}/legs`)).body).toMatchObject({
      legs: expect.arrayContaining([expect.objectContaining({ id: custody, state: "withdrawing" })]),
    });
  });

  test("the navigation cuts off no word at any width, in either language", async () => {
    const page = await visit();
    await signInAt(page, served.url, keys.ana);
    for (const language of ["English", "Español"]) {
      for (const width of [360, 390, 480, 640, 769, 900, 1024, 1180, 1280, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        const cut = await page.evaluate(CUT_OFF);
        expect(cut, `${width} px`).toEqual([]);
      }
      await page.getByRole("button", { name: language }).click();
    }
  });
});
