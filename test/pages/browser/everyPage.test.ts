import { eq } from "drizzle-orm";
import { Hono } from "hono";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath } from "../../../bin/operate/chromiumPath.ts";
import { serveApp } from "../../../reactor/http/serve.ts";
import { FIRST_ACCOUNT } from "../../../reactor/payments/lanes.ts";
import { openBreak } from "../../../reactor/store/breaks.ts";
import { alert, bankTransaction, leg, unassignedDeposit } from "../../../reactor/store/schema/index.ts";
import { PAGE, POLICY } from "../../../src/api/page.ts";
import { carriedIn } from "../../payments/knownFacts.ts";
import { openSite } from "../openSite.ts";
import { faultsOf, PHONE } from "./faultsOf.ts";
import { openBrowser, signInAt, tellWithoutChromium } from "./openBrowser.ts";

tellWithoutChromium();

const PERSON = ["read", "operate", "approve", "admin", "audit"] as const;

/** Pages that a form answers with, each with what is written in it, by the names of its fields. */
const ANSWERED = [
  { at: "/pagos/nuevo", action: "/pagos/nuevo", written: { amount: "12.345" } },
  { at: "/llaves", action: "/llaves", written: { owner: "Dora", scopes: "read", reason: "nueva en operación" } },
  { at: "/avisos", action: "/avisos", written: { url: "https://ejemplo.mx/otro", reason: "otra tienda" } },
  { at: "/pagos/1", action: "/pagos/1/enlaces", written: { reason: "lo pide" } },
] as const;

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  let site: Awaited<ReturnType<typeof openSite>>;
  let served: Awaited<ReturnType<typeof serveApp>>;
  let index: Awaited<ReturnType<typeof serveApp>>;
  let browser: Browser;
  let key: string;
  /** Every page that has an address. */
  let places: readonly string[];

  beforeAll(async () => {
    site = await openSite({ sandboxDeposit: async () => undefined });
    served = await serveApp(site.site, { port: 0, host: "127.0.0.1" });
    // The page alone: what it asks is test/pages/browser/journey.test.ts's.
    const graphql = new Hono().get("/graphql", (c) => c.html(PAGE, 200, { "content-security-policy": POLICY }));
    index = await serveApp(graphql, { port: 0, host: "127.0.0.1" });
    browser = await openBrowser();
    key = (await site.person("Ana", PERSON)).key;
    const beto = await site.person("Beto", PERSON);
    await site.post("/api/webhook-endpoints", { url: "https://ejemplo.mx/kustodia", reason: "la tienda" });
    const { id, payer, deposit_clabe: clabe } = await site.create({ amount: "1234567.89", external_id: "pedido-1" });
    const reviewed = await site.create({ amount: "8400.00" });
    const disputed = await site.create({ amount: "5000.00" });
    await inCustody(reviewed.id, { state: "review", reviewFrom: "withdrawing", ...carried("withdrawing") });
    await inCustody(disputed.id, { state: "disputed", ...carried("disputed") });
    for (const [one, status] of [
      [reviewed.id, "review"],
      [disputed.id, "disputed"],
    ]) {
      await site.pool.query("update kustodia.payment set status = $2 where id = $1", [one, status]);
    }
    const issued = { type: "ISSUANCE", status: "COMPLETE", refunded: false, receiverClabe: clabe } as const;
    const issuanceId = "70c02bdc-dc3c-4758-8912-ffd791325d1d";
    const at = { createdAtMs: Date.now(), updatedAtMs: Date.now() };
    await site.db.insert(bankTransaction).values({ id: issuanceId, ...issued, amountBaseUnits: 3_200_000n, ...at });
    const money = { issuanceId, clabe, amountCentavos: 320_00n, candidateLegs: [1] };
    await site.db.insert(unassignedDeposit).values({ ...money, why: "several_payments_match" });
    const hash = `0x${"ab".repeat(32)}`;
    const number = await openBreak(site.db, {
      ...{
        account: FIRST_ACCOUNT,
        kind: "doubled_payout",
        source: "bank",
        outsideId: hash,
        paymentId: id,
        legId: null,
      },
      ...{ amountBaseUnits: 333_000_000n, consumed: { "beneficiary in": "1 × → 333.00" } },
      ...{ seen: { txHash: hash, logs: `Transfer 333.00 0x${"1".repeat(40)} → 0x${"2".repeat(40)}` } },
      atBank: { id: "red-2", status: "COMPLETE" },
    });
    await site.db.insert(alert).values({ name: "KustodiaBankSilent", detail: "Juno no contesta desde hace 12 min" });
    await site.post("/api/kill-switch/pull", { reason: "simulacro" });
    const lift = (await beto.post("/api/kill-switch/lift", { reason: "listo" })).body as { hash: string };
    const link = (await site.post(`/api/payments/${id}/links`, { for: "buyer", reason: "prueba" })).body;
    const { path } = link as { path: string };
    const navigated = await navigationOf(await site.signedIn(key));
    places = [
      ...navigated,
      ...["/pagos/nuevo", `/pagos/${id}`, `/pagos/${reviewed.id}`, `/pagos/${disputed.id}`, `/pagos/${id}/recibo`],
      ...[`/planes/${lift.hash}`, `/descuadres/${number}`, `/reportes/cliente?id=${payer.id}`],
      ...["/pagos/999999", path, `${path}/recibo`, "/docs", "/problems", "/problems/wrong_check_digit"],
    ].map((one) => `${served.url}${one}`);
    places = [...places, `${index.url}/graphql`];
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    await index.close();
    await site.close();
  });

  const carried = (state: string) => ({ carried: carriedIn("custody", state) });

  async function inCustody(id: number, change: Partial<typeof leg.$inferInsert>): Promise<void> {
    const { legs } = (await site.get(`/api/payments/${id}/legs`)).body as { legs: { id: number; kind: string }[] };
    const custody = legs.find(({ kind }) => kind === "custody")?.id ?? 0;
    await site.db.update(leg).set(change).where(eq(leg.id, custody));
  }

  async function navigationOf(visitor: Awaited<ReturnType<typeof site.signedIn>>): Promise<readonly string[]> {
    const { text } = await visitor.get("/");
    return [...(/<nav.*?<\/nav>/s.exec(text)?.[0] ?? "").matchAll(/href="([^"]+)"/g)].map(([, path = ""]) => path);
  }

  /** Writes into a form, whether it is folded or not, and sends it. */
  async function submit(page: Page, { at, action, written }: (typeof ANSWERED)[number]): Promise<void> {
    await page.goto(`${served.url}${at}`);
    const form = page.locator(`form[action="${action}"]`);
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    for (const [name, value] of Object.entries(written)) {
      const field = form.locator(`[name="${name}"]`).first();
      if ((await field.getAttribute("type")) === "checkbox") await field.check();
      else await field.fill(value);
    }
    if (action === "/pagos/nuevo") await form.evaluate("(one) => { one.noValidate = true; }");
    await Promise.all([page.waitForEvent("load"), form.getByRole("button").last().click()]);
  }

  test.each(["Español", "English"])(
    "no page in %s has a serious fault for who reads by ear, by keyboard or on a phone; colours are looked at in the first, in light and in dark",
    { timeout: 240_000 },
    async (language) => {
      const page = await (await browser.newContext({ viewport: PHONE })).newPage();
      await page.goto(`${served.url}/entrar`);
      const faults = [...(await faultsOf(page))];
      const colours = language === "Español";
      await signInAt(page, served.url, key);
      if (language === "English") await page.getByRole("button", { name: language }).click();
      expect(places.length).toBeGreaterThan(24);
      for (const place of places) {
        await page.goto(place);
        faults.push(...(await faultsOf(page, colours)));
      }
      for (const one of ANSWERED) {
        await submit(page, one);
        faults.push(...(await faultsOf(page, colours)));
      }
      expect(faults).toEqual([]);
    },
  );
});
