import { afterAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { paymentView } from "../../reactor/http/wire/paymentView.ts";
import { mailNotices } from "../../reactor/mailNotices.ts";
import { openMailbox } from "../harness/openMailbox.ts";
import { openSite } from "./openSite.ts";

const WITHIN_MS = 20_000;
const site = await openSite();
const mailbox = await openMailbox();
const stop = mailNotices({
  db: site.db,
  mail: { smtpUrl: mailbox.url, from: "avisos@ejemplo.mx", publicUrl: "https://pagos.ejemplo.mx" },
  installationId: "prueba",
  random: () => 0,
  show: () => undefined,
  failed: (_doing, error) => {
    throw error;
  },
});
afterAll(async () => {
  await stop();
  mailbox.close();
  await site.close();
});
const ana = await site.person("Ana", ["read", "operate", "approve"]);
const beto = await site.person("Beto", ["approve"]);
const REASON = { reason: "lo pide" };

/** A payment in custody that asks for both parties' approvals. Each has an address of its own to be found by. */
async function asking(more: object = {}): Promise<number> {
  const names = { payer: { name: "Ana", email: `b${people}@ejemplo.mx` }, seller: `v${people}@ejemplo.mx` };
  const payer = { id: `aprueba-${people++}`, ...names.payer };
  const recipient = { legal_name: "Vendedora", email: names.seller };
  const { id } = await site.create({ release_by: "both_approvals", payer, recipient, ...more });
  await site.pool.query(
    `update kustodia.leg set state = 'active', carried = '{"escrowId": "7"}' where payment_id = $1 and kind = 'custody'`,
    [id],
  );
  return id;
}
let people = 1;

const viewOf = async (id: number) => paymentView.parse((await ana.get(`/api/payments/${id}`)).body);
const rulingsOf = async (id: number) =>
  (
    await site.pool.query(
      "select ruling.kind, actor from kustodia.ruling join kustodia.leg on leg.id = leg_id where payment_id = $1",
      [id],
    )
  ).rows;
type Party = "buyer" | "seller";
const send = (id: number, party: Party) => ana.post(`/api/payments/${id}/links/send`, { for: party, ...REASON });

/** What the newest mail to a party opens. */
async function mailedTo(id: number, party: Party): Promise<string> {
  const view = await viewOf(id);
  const address = (party === "buyer" ? view.payer.email : view.recipient.email) ?? "";
  const text = await until("the party's mail", WITHIN_MS, async () =>
    mailbox.received
      .findLast(({ to }) => to === address)
      ?.lines.join("\n")
      .replace(/=\n/g, ""),
  );
  return /\/seguimiento\/[\w-]{43}/.exec(text)?.[0] ?? "";
}

/** A party opens the page of its mail and approves there. */
async function approveBy(path: string) {
  const browser = site.visit();
  await browser.get(path);
  return browser.post(`${path}/aprobar`);
}

test("each party approves by a link that only its mailbox was shown, and the second one's approval releases", async () => {
  const id = await asking();
  expect(await send(id, "buyer")).toMatchObject({ status: 202, body: { for: "buyer", sent_to: "b***@…" } });
  const buyers = await mailedTo(id, "buyer");
  expect((await site.visit().get(buyers)).text).toContain("Apruebo que se libere ahora");
  expect((await approveBy(buyers)).status).toBe(303);
  expect(await rulingsOf(id)).toEqual([]);
  expect((await approveBy(buyers)).status).toBe(409);
  await send(id, "seller");
  expect((await approveBy(await mailedTo(id, "seller"))).status).toBe(303);
  expect(await rulingsOf(id)).toEqual([{ kind: "release", actor: "comprador, vendedor" }]);
  expect((await viewOf(id)).release_approvals).toMatchObject([
    { party: "buyer", given_by: "party", recorded_by: "comprador" },
    { party: "seller", given_by: "party", recorded_by: "vendedor" },
  ]);
  const { rows } = await site.pool.query(
    "select es, actor from kustodia.event where payment_id = $1 and type = 'liberacion_aprobada' order by id",
    [id],
  );
  expect(rows).toMatchObject([
    {
      es: expect.stringMatching(/^El comprador aprobó por su propio enlace .*falta la otra parte$/),
      actor: "comprador",
    },
    { es: expect.stringMatching(/^El vendedor aprobó .*con la de ambas partes se libera$/), actor: "vendedor" },
  ]);
});

test("no operator is shown that link: the API, the pages and the database have its mask and its hash", async () => {
  const id = await asking();
  await send(id, "seller");
  const token = (await mailedTo(id, "seller")).split("/")[2] ?? "";
  expect(token).toHaveLength(43);
  await until("its mail stored as sent", WITHIN_MS, async () =>
    (await viewOf(id)).own_approvals.some(({ sent_at }) => sent_at !== null) ? true : undefined,
  );
  expect((await viewOf(id)).own_approvals).toMatchObject([
    { party: "buyer", possible: true, sent_at: null },
    { party: "seller", possible: true, sent_to: "v***@…", sent_at: expect.any(String) },
  ]);
  const page = (await (await site.signedIn(ana.key)).get(`/pagos/${id}`)).text;
  expect(page).toContain("enviado a v***@…");
  const { rows } = await site.pool.query(
    "select (select json_agg(link) from kustodia.payment_link link) as links, (select json_agg(event) from kustodia.event event) as events",
  );
  const shown = [page, (await ana.get(`/api/payments/${id}/events`)).body, await viewOf(id), rows];
  expect(JSON.stringify(shown)).not.toContain(token);
  expect(JSON.stringify(rows)).not.toContain("@ejemplo.mx");
});

test("a link that an operator made shows the payment and approves nothing", async () => {
  const id = await asking();
  const made = await ana.post(`/api/payments/${id}/links`, { for: "buyer", ...REASON });
  const { path } = made.body as { path: string };
  const browser = site.visit();
  const { text } = await browser.get(path);
  expect(text).toContain("use el enlace que le llegó por correo");
  expect(text).not.toContain("/aprobar");
  // A form of another page of ours, so that its token is right.
  await browser.get("/entrar");
  expect((await browser.post(`${path}/aprobar`)).status).toBe(403);
  expect((await viewOf(id)).release_approvals).toEqual([]);
});

test("where an operator recorded the other approval a party's own does not release: two operators do", async () => {
  const id = await asking();
  const recorded = { party: "buyer", evidence: "llamada del 3 de marzo", ...REASON };
  expect(await ana.post(`/api/payments/${id}/approve-release`, recorded)).toMatchObject({ status: 200 });
  await send(id, "seller");
  expect((await approveBy(await mailedTo(id, "seller"))).status).toBe(303);
  expect(await rulingsOf(id)).toEqual([]);
  expect((await viewOf(id)).release_approvals).toMatchObject([
    { party: "buyer", given_by: "operator", recorded_by: "Ana" },
    { party: "seller", given_by: "party" },
  ]);
  const page = (await (await site.signedIn(ana.key)).get(`/pagos/${id}`)).text;
  expect(page).toContain("lo dice Ana, que responde por ello");
  expect(page).toContain("por su propio enlace");
  const words = { buyer_approval: "llamada", seller_approval: "su enlace", ...REASON };
  const asked = await ana.post(`/api/payments/${id}/early-release`, words);
  expect(asked.status).toBe(202);
  const { hash } = asked.body as { hash: string };
  expect((await beto.post(`/api/plans/${hash}/confirm`, {})).status).toBe(200);
  expect(await rulingsOf(id)).toEqual([{ kind: "release", actor: "Ana, Beto" }]);
});

test("a revoked link approves nothing, nor does any while the money is not in custody", async () => {
  const id = await asking();
  await send(id, "buyer");
  const path = await mailedTo(id, "buyer");
  await site.pool.query(
    "update kustodia.leg set state = 'waiting', carried = '{}' where payment_id = $1 and kind = 'custody'",
    [id],
  );
  expect((await approveBy(path)).status).toBe(409);
  await site.pool.query("update kustodia.leg set state = 'active' where payment_id = $1 and kind = 'custody'", [id]);
  await ana.post(`/api/payments/${id}/links/revoke`, { for: "buyer", reason: "se filtró" });
  expect((await approveBy(path)).status).toBe(404);
  expect((await viewOf(id)).release_approvals).toEqual([]);
});

test("without a mail server, or an address, the payment says that only an operator can record approvals", async () => {
  const without = await openSite({ mailsParties: false });
  const carla = await without.person("Carla", ["read", "operate"]);
  const { id } = await without.create({ release_by: "both_approvals" });
  const view = paymentView.parse((await carla.get(`/api/payments/${id}`)).body);
  expect(view.own_approvals).toMatchObject([
    { party: "buyer", possible: false, why_not: "no_mail_server" },
    { party: "seller", possible: false, why_not: "no_mail_server" },
  ]);
  expect((await (await without.signedIn(carla.key)).get(`/pagos/${id}`)).text).toContain(
    "No hay servidor de correo: su aprobación solo la puede registrar un operador.",
  );
  const asked = await carla.post(`/api/payments/${id}/links/send`, { for: "buyer", ...REASON });
  expect(asked).toMatchObject({ status: 409, body: { type: "/problems/no_mail_server" } });
  await without.close();
  const unaddressed = await site.create({ release_by: "both_approvals" });
  expect(unaddressed.own_approvals).toMatchObject([{ why_not: "no_address" }, { why_not: "no_address" }]);
  expect(await send(unaddressed.id, "buyer")).toMatchObject({
    status: 409,
    body: { type: "/problems/no_mail_address" },
  });
});
