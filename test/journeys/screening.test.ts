import { Webhook } from "standardwebhooks";
import { afterAll, expect, test, vi } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { until } from "../../bin/stack/until.ts";
import { legOf, untilLeg } from "../faults/support/legs.ts";
import { openReceiver, type Received } from "../webhooks/openReceiver.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo } from "./support/byTwo.ts";
import { CLABES, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { killHard } from "./support/killHard.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const SECRET = `whsec_${Buffer.from("la verificación de nombres y sanciones").toString("base64")}`;
const WITHIN_MS = 120_000;

type Question = Readonly<{ payment_id: number; legal_name: string; clabe: string; amount: string }>;
const questionIn = ({ body }: Received): Question => JSON.parse(body).data;

const checker = await openReceiver();
const system = await freshJourney({
  reactorEnv: {
    TIMERS: "off",
    SCREENING_URL: checker.url,
    SCREENING_SECRET: SECRET,
    SCREENING_ASK_EVERY_MS: "1000",
    WEBHOOK_NETWORKS: "127.0.0.1/32",
  },
});
afterAll(() => system.close().finally(checker.close));
let reactor = await system.startReactor();
const { pool } = system.database;

const verdict = (said: object) => ({ status: 200, body: JSON.stringify(said) });
const asksOf = (paymentId: number) => checker.received.filter((one) => questionIn(one).payment_id === paymentId);
/** What left the bank for a payout of this amount. */
const paidOut = async (centavos: bigint) =>
  (await readBankBooks(system.sandbox)).spei_out.filter(({ amount }) => amount === centavos);

test("a payout leaves by the check's clear and by nothing else; what is refused goes on by two persons, or to another account that is asked about anew", async () => {
  const answers: Readonly<Record<string, readonly ReturnType<typeof checker.reply>[]>> = {
    "Limpia SA": [verdict({ verdict: "clear", reference: "caso-1" })],
    "Retenida SA": [
      verdict({ verdict: "hold", reason: "homónima de la lista" }),
      verdict({ verdict: "hold" }),
      verdict({ verdict: "clear" }),
    ],
    "Callada SA": [
      { status: 503 },
      { status: 200, body: "<html>mantenimiento</html>" },
      verdict({ verdict: "OK" }),
      verdict({ verdict: "clear", reference: "no es una referencia" }),
      { ...verdict({ verdict: "clear" }), status: 202 },
      verdict({ verdict: "clear" }),
    ],
    "Rechazada SA": [verdict({ verdict: "refuse", reference: "caso-9", reason: "está en una lista" })],
    "Anterior SA": [verdict({ verdict: "refuse", reference: "caso-10" })],
    "Corregida SA": [verdict({ verdict: "clear" })],
  };
  const asked = new Map<string, number>();
  checker.reply = (received) => {
    const { legal_name } = questionIn(received);
    const turn = asked.get(legal_name) ?? 0;
    asked.set(legal_name, turn + 1);
    const said = answers[legal_name];
    return said?.[turn] ?? said?.at(-1) ?? { status: 404 };
  };
  const api = apiOf(reactor, system);
  const create = async (recipient: string, amount: string) => {
    const payment = await createPayment(api, { amount, customer: recipient, recipient, custodyMs: 1_000 });
    await payDeposit(system.sandbox, payment);
    return payment;
  };
  const clean = await create("Limpia SA", "510.00");
  const held = await create("Retenida SA", "520.00");
  const silent = await create("Callada SA", "530.00");
  const refused = await create("Rechazada SA", "540.00");
  const moved = await create("Anterior SA", "550.00");

  for (const { id } of [refused, moved]) {
    await untilLeg(pool, id, "payout", ({ reviewFrom }) => reviewFrom === "ready", WITHIN_MS);
  }
  expect(await paidOut(54_000n)).toEqual([]);
  const said = (await api.events(refused.id)).find(({ type }) => type === "en_revision")?.description;
  expect(said).toContain("la verificación de nombre y sanciones lo rechazó (caso-9)");
  for (const { id } of [clean, held, silent]) await untilStatus(api, id, "completed", WITHIN_MS);
  expect(asksOf(clean.id)).toHaveLength(1);
  expect(asksOf(held.id)).toHaveLength(3);
  expect(asksOf(silent.id)).toHaveLength(6);
  const verdicts = (await api.events(held.id)).filter(({ type }) => type === "verificacion_respondida");
  expect(verdicts.map(({ data }) => data.verdict)).toEqual(["hold", "clear"]);

  // Two persons who have read that it was refused stand for it; the other one is paid to an account that is asked about.
  const { rows } = await pool.query<{ payment_id: number; id: number }>(
    "select payment_id, id from kustodia.leg where kind = 'payout' and state = 'review'",
  );
  const legIn = (id: number) => rows.find((row) => row.payment_id === id)?.id;
  await byTwo(reactor, system, `/api/payments/${refused.id}/review`, {
    ...{ leg_id: legIn(refused.id), outcome: "resume", reason: "es otra persona: acta constitutiva revisada" },
  });
  await byTwo(reactor, system, `/api/payments/${moved.id}/account`, {
    ...{ leg_id: legIn(moved.id), legal_name: "Corregida SA", clabe: CLABES.hsbc, reason: "cambió de razón social" },
  });
  await untilStatus(api, refused.id, "completed", WITHIN_MS);
  await untilStatus(api, moved.id, "completed", WITHIN_MS);
  expect(asksOf(refused.id)).toHaveLength(1);
  expect(asksOf(moved.id).map(questionIn)).toMatchObject([
    { legal_name: "Anterior SA", clabe: CLABES.bbva, amount: "550.00" },
    { legal_name: "Corregida SA", clabe: CLABES.hsbc, amount: "550.00" },
  ]);
  const { rows: kept } = await pool.query(
    "select verdict, reference, reason, answered_by from kustodia.screening where leg_id = $1 order by id",
    [legIn(refused.id)],
  );
  expect(kept).toMatchObject([
    { verdict: "refuse", reference: "caso-9", reason: "está en una lista", answered_by: new URL(checker.url).host },
    { verdict: "clear", reason: "es otra persona: acta constitutiva revisada" },
  ]);
  const paid = { payoutClabe: CLABES.hsbc, recipient: "Corregida SA" };
  const all = [clean, held, silent, refused, { ...moved, ...paid }];
  await booksAgree(
    system,
    all.map((payment) => ({ ...payment, stage: "paid" })),
  );
  for (const { headers, body } of checker.received) new Webhook(SECRET).verify(body, headers as Record<string, string>);
});

test("a reactor killed while the check thinks: the next one asks the same question again, and the payout leaves once", async () => {
  checker.reply = () => ({ ...verdict({ verdict: "clear" }), afterMs: 3_000 });
  const wishes = { amount: "610.00", customer: "interrumpida", recipient: "Lenta SA", custodyMs: 1_000 };
  const payment = await createPayment(apiOf(reactor, system), wishes);
  await payDeposit(system.sandbox, payment);
  const first = await until("the question", WITHIN_MS, async () => asksOf(payment.id)[0]);
  await killHard(reactor);
  expect(await legOf(pool, payment.id, "payout")).toMatchObject({ state: "ready", reason: "unscreened" });
  checker.reply = () => verdict({ verdict: "clear" });
  reactor = await system.startReactor("next");
  await untilStatus(apiOf(reactor, system), payment.id, "completed", WITHIN_MS);
  const [, again] = asksOf(payment.id);
  expect(again?.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
  expect(again?.body).toBe(first.body);
  expect(await paidOut(61_000n)).toHaveLength(1);
});
