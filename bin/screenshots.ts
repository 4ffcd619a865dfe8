import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { FIRST_ACCOUNT } from "../reactor/payments/lanes.ts";
import { openBreak } from "../reactor/store/breaks.ts";
import { openDatabase } from "../reactor/store/database.ts";
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
const LONGEST_PICTURE = 1_900;
const COMPLETED_WITHIN_MS = 120_000;

type Shot = Readonly<{ name: string; path: string; phone?: true; dark?: true; signedIn?: false }>;

async function shoot(browser: Browser, url: string, key: string, { name, path, phone, dark, signedIn }: Shot) {
  const viewport = phone ? PHONE : DESK;
  const context = await browser.newContext({ viewport, colorScheme: dark ? "dark" : "light" });
  const page = await context.newPage();
  if (signedIn !== false) await signIn(page, url, key);
  await page.goto(new URL(path, url).href);
  // Whole as far as a reader scrolls: the reference is thirty times as long.
  const height = Math.min(await page.evaluate<number>("document.documentElement.scrollHeight"), LONGEST_PICTURE);
  const clip = { x: 0, y: 0, width: viewport.width, height: Math.max(height, viewport.height) };
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip });
  await context.close();
}

async function signIn(page: Page, url: string, key: string): Promise<void> {
  await page.goto(`${url}/entrar`);
  await page.getByLabel("Llave").fill(key);
  await page.getByRole("button", { name: "Entrar" }).click();
  await page.waitForURL(`${url}/`);
}

type Seeded = Readonly<{ link: string; plan: string }>;

/** A break as the reconciliation opens one: nothing of this system's goes wrong by itself. @returns its number. */
async function showBreak(database: string): Promise<number> {
  const opened = openDatabase(database, 1, (error) => console.error(error));
  try {
    return await openBreak(opened.db, {
      account: FIRST_ACCOUNT,
      ...{ kind: "unexplained_credit", source: "bank", paymentId: null, legId: null, amountBaseUnits: 75_000_000_000n },
      ...{ outsideId: "3f0c1d52-8a77-4d0e-9a53-0c6a4be8f9d1", consumed: {}, seen: {} },
      atBank: {
        ...{ id: "3f0c1d52-8a77-4d0e-9a53-0c6a4be8f9d1", kind: "CRYPTO_DEPOSIT", status: "COMPLETE" },
        amount: "75000.00",
      },
    });
  } finally {
    await opened.close();
  }
}

/**
 * What there is to see: payments that are completed, in custody, disputed and awaited, a deposit that is nobody's, a plan that
 * waits for its second person, a webhook, a service's key.
 */
async function seed(url: string, sandbox: string, key: string, receiver: string): Promise<Seeded> {
  const api = apiAt(url, key);
  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await fetch(`${url}/api${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as Record<string, string>;
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await post("/webhook-endpoints", { url: receiver, reason: "pedidos de la tienda" });
  await post("/keys", {
    ...{ owner: "tienda", owner_kind: "service", scopes: ["read", "operate"] },
    ...{ days: 90, reason: "la tienda en línea" },
  });
  const create = (number: number, amount: string, custodyMs: number) =>
    api.createPayment({
      amount,
      payer: { id: `cliente-${number}`, name: BUYERS[number - 1], email: `cliente-${number}@ejemplo.mx` },
      recipient: { legal_name: "Muebles del Valle SA de CV" },
      payout_clabe: "032180000118359719",
      custody_end: new Date(Date.now() + custodyMs).toISOString(),
      external_id: `pedido-${1_000 + number}`,
      description: "Comedor de encino, seis sillas",
    });
  const first = await create(1, "1500.00", 5_000);
  const second = await create(2, "25000.50", 7 * 86_400_000);
  const third = await create(3, "8400.00", 30 * 86_400_000);
  await create(4, "980.00", 86_400_000);
  for (const { deposit_clabe: clabe, amount } of [first, second, third]) await deposit(sandbox, { clabe, amount });
  await deposit(sandbox, { clabe: first.deposit_clabe, amount: "320.00" });
  const reaches = (id: number, status: string) =>
    until(`payment ${id} ${status}`, COMPLETED_WITHIN_MS, async () =>
      (await api.payment(id)).status === status ? true : undefined,
    );
  await Promise.all([reaches(first.id, "completed"), reaches(second.id, "active"), reaches(third.id, "active")]);
  await post(`/payments/${third.id}/dispute`, { reason: "llegó con una silla rota" });
  await reaches(third.id, "disputed");
  const approvals = { buyer_approval: "correo del 20 de noviembre", seller_approval: "llamada del 20 de noviembre" };
  const early = { reason: "ambas partes lo piden", ...approvals };
  const { hash = "" } = await post(`/payments/${second.id}/early-release`, early);
  const { path = "" } = await post(`/payments/${second.id}/links`, { for: "buyer", reason: "lo pide la compradora" });
  return { link: path, plan: hash };
}

const BUYERS = ["Ana Robles", "Beatriz Luna", "Carlos Ibarra", "Dora Méndez"];

if (chromiumPath === undefined) throw new Error("No hay Chromium. / There is no Chromium.");
const state = mkdtempSync(join(tmpdir(), "kustodia-screens-"));
const options = {
  checkout,
  stateFolder: join(state, ".kustodia"),
  env: { WEBHOOK_NETWORKS: "127.0.0.1/32" },
  apiPort: await freePort(),
  ponderPort: await freePort(),
  shape: "one-step",
  fresh: false,
  say: (line: string) => console.log(line),
} as const;
/** Whom a webhook tells: it takes all that comes. */
const receiver = createServer((_request, response) => void response.end()).listen(0, "127.0.0.1");
await once(receiver, "listening");
const prepared = await prepareStack(options);
try {
  const { places } = await startStack(options, prepared);
  const { text: key } = await installKey(places.database, {
    name: "Ana",
    kind: "person",
    scopes: ["read", "operate", "approve", "admin", "audit"],
  });
  const { link, plan } = await seed(
    places.api,
    places.sandbox ?? "",
    key,
    `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/kustodia`,
  );
  const broken = await showBreak(places.database);
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
    { name: "plan", path: `/planes/${plan}` },
    { name: "revision", path: "/revision" },
    { name: "depositos", path: "/depositos" },
    { name: "disputas", path: "/disputas" },
    { name: "descuadres", path: "/descuadres" },
    { name: "descuadre", path: `/descuadres/${broken}` },
    { name: "planes", path: "/planes" },
    { name: "recibo", path: "/pagos/1/recibo" },
    { name: "reportes", path: "/reportes" },
    { name: "estado-de-cuenta", path: "/reportes/cliente?id=cliente-1" },
    { name: "avisos", path: "/avisos" },
    { name: "limites", path: "/limites" },
    { name: "llaves", path: "/llaves" },
    { name: "bitacora", path: "/bitacora" },
    { name: "referencia", path: "/docs", signedIn: false },
    { name: "errores", path: "/problems", signedIn: false },
    { name: "graphql", path: places.graphql, signedIn: false },
    { name: "seguimiento", path: link, signedIn: false, phone: true },
  ];
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
  for (const shot of shots) await shoot(browser, places.api, key, shot);
  await browser.close();
  console.log(`${shots.length} imágenes en / images in docs/screens`);
} finally {
  await prepared.supervisor.stopAll(STOP_WITHIN_MS);
  receiver.close();
  rmSync(state, { recursive: true, force: true });
}
