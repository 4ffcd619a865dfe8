import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath } from "../../../bin/operate/chromiumPath.ts";
import type { RunningReactor } from "../../../bin/stack/startReactor.ts";
import { type FreshSystem, freshSystem } from "../../harness/freshSystem.ts";
import { WHOLE_PAYMENT_MS } from "../../journeys/support/untilStatus.ts";
import { openBrowser, signInAt, tellWithoutChromium } from "./openBrowser.ts";

tellWithoutChromium();

describe.skipIf(chromiumPath === undefined)("in Chromium, on the whole system", () => {
  let system: FreshSystem;
  let reactor: RunningReactor;
  let browser: Browser;
  beforeAll(async () => {
    system = await freshSystem();
    reactor = await system.startReactor("reactor", { SANDBOX_URL: system.sandbox.url });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await system.close();
  });

  test("a newcomer creates a payment, simulates its deposit and sees it travel to its end without a reload", {
    timeout: 2 * WHOLE_PAYMENT_MS,
  }, async () => {
    const page = await browser.newPage();
    await signInAt(page, reactor.url, system.apiKey);
    await page.getByRole("link", { name: "Pagos", exact: true }).click();
    await page.getByRole("link", { name: "Nuevo pago" }).click();
    await page.getByRole("button", { name: "Crear el pago" }).click();
    await page.waitForURL("**/pagos/1?hecho=pago");
    await page.getByRole("button", { name: "Simular depósito" }).click();
    await page.waitForURL("**/pagos/1?hecho=deposito");
    const loaded = await page.evaluate(() => performance.timeOrigin);
    await page.locator("#resumen .badge.completed").waitFor({ timeout: WHOLE_PAYMENT_MS });
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
    const summary = (await page.locator("#resumen").textContent()) ?? "";
    expect(summary).toContain("Monto por pagar$0.00 MXN");
    expect(await page.locator("#tramos").textContent()).toContain("Pagado por SPEI");
    expect(await page.locator("#historia").textContent()).toContain("completado por SPEI");
  });

  test("the page of the indexed data answers a common question, in a browser", {
    timeout: WHOLE_PAYMENT_MS,
  }, async () => {
    const page = await browser.newPage();
    const failed: string[] = [];
    page.on("pageerror", (error) => failed.push(error.message));
    await page.goto(`${system.ponder.url}/graphql`);
    const questions = await page.locator("#choose option").all();
    for (const index of questions.keys()) {
      await page.locator("#choose").selectOption({ index });
      await page.getByRole("button", { name: "Preguntar" }).click();
      await page.locator("#answer").getByText('"data"').waitFor();
      expect(await page.locator("#answer").textContent()).not.toContain('"errors"');
      await page.evaluate("document.querySelector('#answer').textContent = ''");
    }
    expect(questions.length).toBeGreaterThan(3);
    expect(failed).toEqual([]);
  });
});
