import { afterAll, expect, test } from "vitest";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { openSite } from "./openSite.ts";

const site = await openSite();
afterAll(() => site.close());
const ana = await site.person("Ana", ["read", "operate"]);

const link = async (id: number, audience: "buyer" | "seller") => {
  const { body } = await site.post(`/api/payments/${id}/links`, { for: audience, reason: "lo pide" });
  return (body as { path: string }).path;
};

test("a buyer sees their payment and where to pay it; a seller sees no CLABE and no name", async () => {
  const payment = await site.create({ amount: "1234.50" });
  const other = await site.create({ amount: "777.00" });
  const buyer = (await site.visit().get(await link(payment.id, "buyer"))).text;
  for (const words of [
    "$1,234.50 MXN",
    "Monto por pagar",
    "se espera el depósito",
    payment.deposit_clabe,
    "Se creó el pago",
  ]) {
    expect(buyer).toContain(words);
  }
  const seller = (await site.visit().get(await link(payment.id, "seller"))).text;
  expect(seller).toContain("$1,234.50 MXN");
  expect(seller).not.toMatch(/\d{18}|Compradora de Prueba|Vendedora de Prueba/);
  for (const page of [buyer, seller]) {
    expect(page).not.toContain("$777.00");
    expect(page).not.toContain(other.deposit_clabe);
  }
});

test("what was paid out is zero pesos to be paid, in plain words", async () => {
  const { id } = await site.create({ amount: "555.00" });
  const path = await link(id, "seller");
  await site.pool.query(
    "update kustodia.leg set state = case kind when 'deposit' then 'issued' when 'custody' then 'returned' else 'paid' end where payment_id = $1",
    [id],
  );
  const { text } = await site.visit().get(path);
  expect(text).toContain("$0.00 MXN");
  expect(text).toContain("El vendedor ya tiene su dinero.");
});

test("a link that is revoked, replaced or guessed opens nothing, and only its hash is kept", async () => {
  const { id } = await site.create({ amount: "888.00" });
  const [first, second] = [await link(id, "buyer"), await link(id, "buyer")];
  expect((await site.visit().get(first)).status).toBe(404);
  expect((await site.visit().get(second)).status).toBe(200);
  await site.post(`/api/payments/${id}/links/revoke`, { for: "buyer", reason: "se filtró" });
  expect((await site.visit().get(second)).status).toBe(404);
  expect((await site.visit().get(`/seguimiento/${"A".repeat(43)}`)).status).toBe(404);
  expect(await site.post(`/api/payments/${id}/links/revoke`, { for: "buyer", reason: "otra vez" })).toMatchObject({
    status: 404,
  });
  const { rows } = await site.pool.query("select * from kustodia.payment_link");
  expect(JSON.stringify(rows)).not.toContain(second.split("/")[2]);
});

test("an operator makes the page on the payment's page, and sees its address once", async () => {
  const { id } = await site.create({ amount: "999.00" });
  const browser = await site.signedIn(ana.key);
  await browser.get(`/pagos/${id}`);
  const wanted = { for: "seller", reason: "lo pide", peticion: "enlace-1" };
  const made = (await browser.post(`/pagos/${id}/enlaces`, wanted)).text;
  const path = /\/seguimiento\/[\w-]{43}/.exec(made)?.[0] ?? "";
  expect((await site.visit().get(path)).status).toBe(200);
  expect((await browser.post(`/pagos/${id}/enlaces`, wanted)).text).not.toContain("/seguimiento/");
  expect((await browser.post(`/pagos/${id}/enlaces/revocar`, { for: "seller", reason: "ya no" })).status).toBe(303);
  expect((await site.visit().get(path)).status).toBe(404);
});

test("an open page hears that something happened to its payment, and nothing of what, nor of others", async () => {
  const { id } = await site.create({ amount: "321.00" });
  const other = await site.create({ amount: "322.00" });
  const path = await link(id, "buyer");
  const page = (await site.visit().get(path)).text;
  expect(page).toContain(`data-live="${path}/vivo"`);
  expect(page).toContain('<meta http-equiv="refresh" content="30"');
  const response = await site.site.request(`http://127.0.0.1:4000${path}/vivo`);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const heard = async () => (await reader?.read())?.value ?? "";
  await heard();
  const tell = (paymentId: number, type: "custodia_activa" | "retiro_iniciado") =>
    appendEvents(site.db, [{ paymentId, legId: null, type, data: { amount: "$321.00" }, actor: "kustodia" }]);
  // What is another payment's, or how it is done, is silent; then what this customer is told.
  await tell(other.id, "custodia_activa");
  await tell(id, "retiro_iniciado");
  await tell(id, "custodia_activa");
  expect(await heard()).toBe("data: cambio\n\n");
  await site.post(`/api/payments/${id}/links/revoke`, { for: "buyer", reason: "se filtró" });
  expect(await reader?.read()).toMatchObject({ done: true });
  expect((await site.visit().get(`${path}/vivo`)).status).toBe(404);
});

test("customers' pages have a limit of their own for each address", async () => {
  // Its clock stands still: nothing of the allowance comes back meanwhile.
  const still = await openSite({ monotonicMs: () => 0 });
  const { id } = await still.create({ amount: "323.00" });
  const { body } = await still.post(`/api/payments/${id}/links`, { for: "seller", reason: "lo pide" });
  const { path } = body as { path: string };
  const ask = (address: string) =>
    still.site.request(`http://127.0.0.1:4000${path}`, {}, { incoming: { socket: { remoteAddress: address } } });
  let refused: Response | undefined;
  for (let asked = 0; asked < 300 && refused === undefined; asked++) {
    const response = await ask("10.0.0.7");
    if (response.status === 429) refused = response;
  }
  expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask("10.0.0.8")).status).toBe(200);
  await still.close();
});
