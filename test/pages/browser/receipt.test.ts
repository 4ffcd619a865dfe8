import { and, eq } from "drizzle-orm";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath } from "../../../bin/operate/chromiumPath.ts";
import { serveApp } from "../../../reactor/http/serve.ts";
import type { LegKind } from "../../../reactor/payments/leg.ts";
import { toLeg } from "../../../reactor/store/legRow.ts";
import { claim, leg, speiDeposit } from "../../../reactor/store/schema/index.ts";
import { postMovement } from "../../../reactor/store/transfers.ts";
import { NOW_MS } from "../../http/openApi.ts";
import { CHAIN_ID, createChainView, log, show, TOKEN } from "../../store/chainView.ts";
import { openSite } from "../openSite.ts";
import { faultsOf } from "./faultsOf.ts";
import { openBrowser, signInAt, tellWithoutChromium } from "./openBrowser.ts";

tellWithoutChromium();

/** A sheet of letter paper and one of A4 between their margins, at 96 dots an inch. */
const SHEETS = { letter: 710, a4: 688 } as const;

/** A day from now: what is posted is posted by the database's own clock. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  let site: Awaited<ReturnType<typeof openSite>>;
  let served: Awaited<ReturnType<typeof serveApp>>;
  let browser: Browser;
  let key: string;
  let places: readonly string[];

  beforeAll(async () => {
    site = await openSite();
    served = await serveApp(site.site, { port: 0, host: "127.0.0.1" });
    browser = await openBrowser();
    key = (await site.person("Ana", ["read", "operate"])).key;
    await createChainView(site.pool);
    const { id, deposit_clabe, payer } = await site.create({ amount: "1234567.89" });
    const hash = `0x${"a1".repeat(32)}`;
    const found = { contract: TOKEN, blockHash: `0x${"c3".repeat(32)}`, amountBaseUnits: 1n };
    await show(
      site.pool,
      log("Transfer", hash, { ...found, from: `0x${"d4".repeat(20)}`, to: `0x${"e5".repeat(20)}` }),
    );
    await use(id, "custody", "token_transfer", `${CHAIN_ID}:${TOKEN}:${hash}:Transfer:1`);
    const told = { status: "complete", claveRastreo: "2".repeat(30), senderBank: "012", createdAtMs: NOW_MS } as const;
    const fid = "f".repeat(32);
    await site.db
      .insert(speiDeposit)
      .values({ fid, receiverClabe: deposit_clabe, amountCentavos: 123_456_789n, ...told });
    await use(id, "deposit", "spei_deposit", fid);
    const [row] = await site.db
      .select()
      .from(leg)
      .where(and(eq(leg.paymentId, id), eq(leg.kind, "deposit")));
    if (row === undefined) throw new Error("The payment has no deposit.");
    await postMovement(site.db, toLeg(row), { from: "buyer", to: "juno" });
    const { body } = await site.post(`/api/payments/${id}/links`, { for: "buyer", reason: "prueba" });
    const link = (body as { path: string }).path;
    places = [
      `/pagos/${id}/recibo`,
      `${link}/recibo`,
      "/reportes",
      `/reportes/cliente?id=${payer.id}&desde=${day(-1)}&hasta=${day(1)}`,
    ];
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    await site.close();
  });

  async function use(paymentId: number, kind: LegKind, source: "token_transfer" | "spei_deposit", outsideId: string) {
    const of = and(eq(leg.paymentId, paymentId), eq(leg.kind, kind));
    const [row] = await site.db.select({ id: leg.id }).from(leg).where(of);
    await site.db.insert(claim).values({ legId: row?.id ?? 0, source, outsideId });
  }

  async function visit(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    await signInAt(page, served.url, key);
    return page;
  }

  test.each(Object.entries(SHEETS))("a sheet of %s has all of a receipt and nothing of the site", async (_, width) => {
    const page = await visit({ viewport: { width, height: 900 } });
    await page.emulateMedia({ media: "print" });
    for (const path of places) {
      await page.goto(`${served.url}${path}`);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(width);
      const cut = "[...document.querySelectorAll('.scroll')].some((one) => one.scrollWidth > one.clientWidth)";
      expect(await page.evaluate(cut), `${path} loses a column`).toBe(false);
      expect(await page.getByRole("link", { name: "Kustodia" }).isVisible()).toBe(false);
      expect(await page.getByRole("button").filter({ visible: true }).count()).toBe(0);
    }
    await page.goto(`${served.url}${places[0]}`);
    for (const text of ["a1".repeat(32), "c3".repeat(32), "2".repeat(30), "$1,234,567.89 MXN"]) {
      expect(await page.getByText(text).first().isVisible()).toBe(true);
    }
  });

  test.each(["Español", "English"])(
    "a receipt and the reports in %s are for every ear, keyboard and phone",
    {
      timeout: 120_000,
    },
    async (language) => {
      const page = await visit();
      if (language === "English") await page.getByRole("button", { name: language }).click();
      const faults: string[] = [];
      for (const path of places) {
        await page.goto(`${served.url}${path}`);
        faults.push(...(await faultsOf(page)));
      }
      expect(faults).toEqual([]);
    },
  );
});
