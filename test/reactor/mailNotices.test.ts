import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { mailNotices } from "../../reactor/mailNotices.ts";
import type { AnyEventType } from "../../reactor/payments/words.ts";
import { appendEvents, type StoredEvent } from "../../reactor/store/appendEvent.ts";
import { hashLink } from "../../reactor/store/linkText.ts";
import { findLink } from "../../reactor/store/paymentLinks.ts";
import { openMailbox } from "../harness/openMailbox.ts";
import { freshStore, storePayment } from "../store/freshStore.ts";

const WITHIN_MS = 20_000;
const store = await freshStore();
const mailbox = await openMailbox();
afterAll(async () => {
  mailbox.close();
  await store.close();
});

let paymentId: number;
let shown: StoredEvent[];
let stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  await store.pool.query("delete from kustodia.notice");
  paymentId = await storePayment(store.db);
  await write("payer_email = 'ana@ejemplo.mx', recipient_email = 'beto@ejemplo.mx'");
  mailbox.answer = "250 bien";
  mailbox.received.length = 0;
  shown = [];
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

const write = (change: string) =>
  store.pool.query(`update kustodia.party set ${change} where payment_id = $1`, [paymentId]);
const tell = (type: AnyEventType, of = paymentId) =>
  store.db.transaction((tx) => appendEvents(tx, [{ paymentId: of, legId: null, type, data: {}, actor: "kustodia" }]));

function start() {
  const mail = { smtpUrl: mailbox.url, from: "avisos@ejemplo.mx", publicUrl: "https://pagos.ejemplo.mx" };
  const failed = (_doing: string, error: unknown) => {
    throw error;
  };
  const mailer = { db: store.db, mail, installationId: "prueba", random: () => 0, failed };
  stops.push(mailNotices({ ...mailer, show: (event) => void shown.push(event) }));
}

const rows = async () =>
  (
    await store.pool.query(
      "select audience, state, attempts, last_error from kustodia.notice where payment_id = $1 order by event_id, audience",
      [paymentId],
    )
  ).rows;
const untilRows = (what: string, so: (states: { state: string; attempts: number }[]) => boolean) =>
  until(what, WITHIN_MS, async () => (so(await rows()) ? true : undefined));
const allAre = (state: string) => (states: { state: string }[]) =>
  states.length > 0 && states.every((one) => one.state === state);

/** A mail's text; its lines end in what quoted-printable adds (RFC 2045, 6.7). */
const textOf = (lines: readonly string[]) =>
  Buffer.from(
    lines
      .join("\n")
      .replace(/=\n/g, "")
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");

test("buyer and seller are each mailed once, in Spanish, with a link that opens this payment to them", async () => {
  // Two reactors share the work.
  start();
  start();
  await tell("custodia_activa");
  await untilRows("both sent", allAre("sent"));
  expect(mailbox.received.map(({ to }) => to).sort()).toEqual(["ana@ejemplo.mx", "beto@ejemplo.mx"]);
  for (const { to, from, lines } of mailbox.received) {
    const text = textOf(lines);
    expect(from).toBe("avisos@ejemplo.mx");
    expect(text).toContain(`$1,500.50 MXN del pago ${paymentId} están en custodia hasta el`);
    const token = /https:\/\/pagos\.ejemplo\.mx\/seguimiento\/([\w-]{43})/.exec(text)?.[1] ?? "";
    const audience = to === "ana@ejemplo.mx" ? "buyer" : "seller";
    expect(await findLink(store.db, hashLink(token))).toMatchObject({ paymentId, audience, approves: false });
    expect(lines.some((line) => /^Message-ID: <aviso-\d+\.prueba@ejemplo\.mx>$/i.test(line))).toBe(true);
  }
});

test("a mail is written with its event or not at all, for who has an address, of the events that concern them", async () => {
  await write("recipient_email = null");
  await expect(
    store.db.transaction(async (tx) => {
      await appendEvents(tx, [{ paymentId, legId: null, type: "pago_completado", data: {}, actor: "kustodia" }]);
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  expect(await rows()).toEqual([]);
  for (const type of ["deposito_detectado", "retiro_iniciado", "deposito_devuelto", "pago_completado"] as const) {
    await tell(type);
  }
  expect((await rows()).map(({ audience }) => audience)).toEqual(["buyer", "buyer", "buyer"]);
});

test("a refund is told as one, with its own amount, and a commission to nobody", async () => {
  const legIdOf = async (payee: string) => {
    const row = "select $1, 'payout', 'paid', 70050, $2, 'custody' returning id";
    const columns = "(payment_id, kind, state, amount_centavos, payee, source)";
    const { rows } = await store.pool.query(`insert into kustodia.leg ${columns} ${row}`, [paymentId, payee]);
    return Number(rows[0].id);
  };
  await write("recipient_email = null");
  for (const payee of ["platform", "buyer"]) {
    const legId = await legIdOf(payee);
    const data = { amount: "$700.50" };
    await appendEvents(store.db, [{ paymentId, legId, type: "pago_completado", data, actor: "kustodia" }]);
  }
  expect(await rows()).toHaveLength(1);
  start();
  await untilRows("it sent", allAre("sent"));
  expect(textOf(mailbox.received[0]?.lines ?? [])).toContain(
    `El SPEI de $700.50 MXN del pago ${paymentId} llegó a la cuenta del comprador: el dinero se devolvió.`,
  );
});

test("what a server does not take now is tried again", async () => {
  mailbox.answer = "451 ahora no";
  start();
  await tell("deposito_detectado");
  await untilRows(
    "a first try each",
    (states) => states.length === 2 && states.every(({ attempts }) => attempts === 1),
  );
  expect(await rows()).toMatchObject([
    { state: "pending", last_error: "SMTP 451" },
    { state: "pending", last_error: "SMTP 451" },
  ]);
  mailbox.answer = "250 bien";
  await store.pool.query("update kustodia.notice set due_at = now()");
  await untilRows("both sent", allAre("sent"));
  expect(mailbox.received).toHaveLength(2);
});

test("what a server never takes is given up, told in the payment's history, and quotes no address", async () => {
  mailbox.answer = "550 no existe ana@ejemplo.mx";
  start();
  await tell("pago_completado");
  await untilRows("both given up", allAre("abandoned"));
  await until("its events", WITHIN_MS, async () => (shown.length === 2 ? true : undefined));
  expect(shown.map(({ es }) => es).sort()).toEqual([
    "No se entregó el correo al comprador (SMTP 550): avísele por otro medio",
    "No se entregó el correo al vendedor (SMTP 550): avísele por otro medio",
  ]);
  expect(JSON.stringify([await rows(), shown])).not.toContain("@");
});

test("an address that was erased, and news of long ago, are not mailed", async () => {
  await tell("deposito_detectado");
  await tell("custodia_activa");
  await write("payer_email = null");
  await store.pool.query(
    "update kustodia.notice set created_at = now() - interval '4 days' where payment_id = $1 and audience = 'seller'",
    [paymentId],
  );
  start();
  await untilRows("all given up", allAre("abandoned"));
  expect(mailbox.received).toEqual([]);
});

test("a reactor that died with a mail in hand leaves it to another", async () => {
  await tell("custodia_activa");
  await store.pool.query("update kustodia.notice set lease_until = now() + interval '1 minute'");
  const other = await storePayment(store.db);
  await store.pool.query("update kustodia.party set payer_email = 'eva@ejemplo.mx' where payment_id = $1", [other]);
  await tell("custodia_activa", other);
  start();
  await until("the other's mail", WITHIN_MS, async () => (mailbox.received.length > 0 ? true : undefined));
  expect(mailbox.received.map(({ to }) => to)).toEqual(["eva@ejemplo.mx"]);
  expect(await rows()).toMatchObject([{ state: "pending" }, { state: "pending" }]);
  await store.pool.query("update kustodia.notice set lease_until = now() - interval '1 s'");
  await untilRows("both sent", allAre("sent"));
});

test("a mail that left without anybody storing so comes again under its own Message-ID, from whichever reactor", async () => {
  await write("recipient_email = null");
  await tell("custodia_activa");
  start();
  await untilRows("it sent", allAre("sent"));
  // As its row stands when the process died between the server's yes and ours, and its lease is over.
  await store.pool.query("update kustodia.notice set state = 'pending', attempts = 0, sent_at = null");
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
  start();
  await untilRows("it sent again", allAre("sent"));
  const ids = mailbox.received.map(({ lines }) => lines.find((line) => /^Message-ID:/i.test(line)));
  expect(ids).toHaveLength(2);
  expect(ids[0]).toMatch(/^Message-ID: <aviso-\d+\.prueba@ejemplo\.mx>$/i);
  expect(ids[1]).toBe(ids[0]);
});
