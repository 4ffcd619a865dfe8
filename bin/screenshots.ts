import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { apiAt, deposit } from "./demo/api.ts";
import { chromiumPath } from "./operate/chromiumPath.ts";
import { installKey } from "./operate/installKey.ts";
import { freePort } from "./stack/freePort.ts";
import { prepareStack, STOP_WITHIN_MS, startStack } from "./stack/startStack.ts";
import { until } from "./stack/until.ts";

/** `npm run screenshots`: draws docs/screens/ anew, from a system of its own with a few payments in it. */

const checkout = resolve(import.meta.dirname, "..");
const folder = join(checkout, "docs/screens");
const DESK = { width: 1180, height: 820 };
const PHONE = { width: 390, height: 780 };
const COMPLETED_WITHIN_MS = 120_000;
/** Long enough for a payment on its way to come into custody. */
const CUSTODY_MS = 20_000;

type Shot = Readonly<{ name: string; path: string; phone?: true; dark?: true; signedIn?: false; whole?: true }>;

async function shoot(browser: Browser, url: string, key: string, shot: Shot) {
  const { name, path, phone, dark, signedIn, whole } = shot;
  const viewport = phone ? PHONE : DESK;
  const context = await browser.newContext({ viewport, colorScheme: dark ? "dark" : "light" });
  const page = await context.newPage();
  if (signedIn !== false) await signIn(page, url, key);
  await page.goto(`${url}${path}`);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: whole === true });
  await context.close();
}

async function signIn(page: Page, url: string, key: string): Promise<void> {
  await page.goto(`${url}/entrar`);
  await page.getByLabel("Llave").fill(key);
  await page.getByRole("button", { name: "Entrar" }).click();
  await page.waitForURL(`${url}/`);
}

/** Payments in different states: completed, in custody, and one that awaits its deposit. */
async function seed(url: string, sandbox: string, key: string): Promise<string> {
  const api = apiAt(url, key);
  const create = (number: number, amount: string, custodyMs: number) =>
    api.createPayment({
      amount,
      payer: { id: `cliente-${number}`, name: "Compradora de Prueba" },
      recipient: { legal_name: "Vendedora de Prueba SA de CV" },
      payout_clabe: "032180000118359719",
      custody_end: new Date(Date.now() + custodyMs).toISOString(),
      external_id: `pedido-${1_000 + number}`,
    });
  const first = await create(1, "1500.00", 5_000);
  const second = await create(2, "25000.50", 7 * 86_400_000);
  await create(3, "980.00", 86_400_000);
  for (const { deposit_clabe: clabe, amount } of [first, second]) await deposit(sandbox, { clabe, amount });
  const done = async () => ((await api.payment(first.id)).status === "completed" ? true : undefined);
  await until("payment 1 completed", COMPLETED_WITHIN_MS, done);
  await sleep(CUSTODY_MS);
  const response = await fetch(`${url}/api/payments/${second.id}/links`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ for: "buyer", reason: "captura" }),
  });
  return ((await response.json()) as { path: string }).path;
}

if (chromiumPath === undefined) throw new Error("No hay Chromium. / There is no Chromium.");
const state = mkdtempSync(join(tmpdir(), "kustodia-screens-"));
const options = {
  checkout,
  stateFolder: join(state, ".kustodia"),
  env: {},
  apiPort: await freePort(),
  ponderPort: await freePort(),
  shape: "one-step",
  fresh: false,
  say: (line: string) => console.log(line),
} as const;
const prepared = await prepareStack(options);
try {
  const { places } = await startStack(options, prepared);
  const { text: key } = await installKey(places.database, {
    name: "Ana",
    kind: "person",
    scopes: ["read", "operate", "approve", "admin", "audit"],
  });
  const link = await seed(places.api, places.sandbox ?? "", key);
  mkdirSync(folder, { recursive: true });
  const shots: readonly Shot[] = [
    { name: "entrar", path: "/entrar", signedIn: false },
    { name: "panel", path: "/" },
    { name: "panel-oscuro", path: "/", dark: true },
    { name: "panel-telefono", path: "/", phone: true },
    { name: "pagos", path: "/pagos" },
    { name: "nuevo-pago", path: "/pagos/nuevo" },
    { name: "pago", path: "/pagos/2" },
    { name: "pago-telefono", path: "/pagos/1", phone: true, dark: true },
    { name: "revision", path: "/revision" },
    { name: "depositos", path: "/depositos" },
    { name: "disputas", path: "/disputas" },
    { name: "descuadres", path: "/descuadres" },
    { name: "planes", path: "/planes" },
    { name: "recibo", path: "/pagos/1/recibo", whole: true },
    { name: "reportes", path: "/reportes" },
    { name: "estado-de-cuenta", path: "/reportes/cliente?id=cliente-1" },
    { name: "avisos", path: "/avisos" },
    { name: "llaves", path: "/llaves" },
    { name: "bitacora", path: "/bitacora" },
    { name: "seguimiento", path: link, signedIn: false, phone: true },
  ];
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
  for (const shot of shots) await shoot(browser, places.api, key, shot);
  await browser.close();
  console.log(`${shots.length} imágenes en / images in docs/screens`);
} finally {
  await prepared.supervisor.stopAll(STOP_WITHIN_MS);
  rmSync(state, { recursive: true, force: true });
}
