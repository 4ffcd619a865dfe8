import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { byTwo } from "../journeys/support/byTwo.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { follow } from "./support/follow.ts";
import { legOf, untilLeg } from "./support/legs.ts";
import { onChain } from "./support/onChain.ts";
import { attemptsOf } from "./support/orders.ts";
import { refundIssuance } from "./support/refundIssuance.ts";

const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const { pool } = system.database;
const { sandbox } = system;
const { token } = onChain(system);
const { created, allPaidOnce } = follow(system, () => reactor);

/** The SPEIs with which the bank gave deposits back, centavos. */
const givenBack = async () =>
  (await readBankBooks(sandbox)).spei_out.filter(({ kind }) => kind === "issuance_refund").map(({ amount }) => amount);

test("a deposit under 100 pesos is not issued and goes back: it funds nothing, and the whole amount still does", async () => {
  const [payment] = await created(["1500.00"], 2_000);
  if (!payment) throw new Error("One payment was asked for.");
  await payDeposit(sandbox, { ...payment, amount: "99.99" });
  await until("the bank's refund", 20_000, async () => ((await givenBack()).includes(9_999n) ? true : undefined));
  await api.trigger("deposits");
  expect((await api.payment(payment.id)).status).toBe("pending");
  await payDeposit(sandbox, payment);
  await allPaidOnce([payment]);
}, 150_000);

test("an issuance that the bank refuses and gives back frees its payment, which the buyer pays again and which is paid once", async () => {
  const [payment] = await created(["1600.00"], 2_000);
  if (!payment) throw new Error("One payment was asked for.");
  // The bank cannot mint while the token is paused, and sends the pesos back.
  await token("pause");
  await payDeposit(sandbox, payment);
  await untilEvent(pool, "deposito_devuelto", 45_000, ({ paymentId }) => paymentId === payment.id);
  expect(await givenBack()).toContain(160_000n);
  expect((await api.payment(payment.id)).status).toBe("pending");
  await token("unpause");
  await payDeposit(sandbox, payment);
  await allPaidOnce([payment]);
}, 150_000);

test("a deposit that the bank gives back after it was issued: a person is asked, and its seller is not paid with other people's pesos", async () => {
  const [payment] = await created(["1700.00"], 1_000);
  if (!payment) throw new Error("One payment was asked for.");
  await payDeposit(sandbox, payment);
  await untilLeg(pool, payment.id, "deposit", ({ state }) => state === "issued");
  await giveBack(payment);
  expect(await givenBack()).toContain(170_000n);
  await untilLeg(pool, payment.id, "deposit", ({ reviewFrom }) => reviewFrom === "issued");
  // Its MXNB come back from custody meanwhile, and wait for that person.
  await untilLeg(pool, payment.id, "payout", ({ reason }) => reason === "deposit_in_review", 120_000);
  await api.trigger("payouts");
  expect((await api.payment(payment.id)).status).toBe("review");
  expect(await attemptsOf(pool, payment.id, "redeem")).toEqual([]);
}, 200_000);

test("a deposit that the bank gives back after its seller was paid: a person is asked, two let the company cover it, and nobody is paid anything more", async () => {
  const [payment] = await created(["1800.00"], 1_000);
  if (!payment) throw new Error("One payment was asked for.");
  await payDeposit(sandbox, payment);
  await untilStatus(api, payment.id, "completed");
  await giveBack(payment);
  expect(await givenBack()).toContain(180_000n);
  await untilLeg(pool, payment.id, "deposit", ({ reviewFrom }) => reviewFrom === "issued");
  for (const process of ["deposits", "withdrawals", "payouts", "sync"] as const) await api.trigger(process);
  expect((await api.payment(payment.id)).status).toBe("review");
  expect(await legOf(pool, payment.id, "payout")).toMatchObject({ state: "paid" });
  const { rows } = await pool.query<{ id: number }>(
    "select id from kustodia.leg where payment_id = $1 and kind = 'deposit'",
    [payment.id],
  );
  const exit = { leg_id: rows[0]?.id, outcome: "covered", reason: "lo cubre la empresa", evidence: {} };
  await byTwo(reactor, system, `/api/payments/${payment.id}/review`, exit);
  await untilStatus(api, payment.id, "completed");
  expect(await legOf(pool, payment.id, "deposit")).toMatchObject({ state: "covered" });
  for (const action of ["withdraw", "redeem"] as const) {
    expect((await attemptsOf(pool, payment.id, action)).map(({ outcome }) => outcome)).toEqual(["done"]);
  }
}, 200_000);

/** The bank sends back what it has issued for the payment. */
async function giveBack({ amountCentavos }: CreatedPayment): Promise<void> {
  const { orders } = await readBankBooks(sandbox);
  const issuance = orders.find(({ type, amount }) => type === "ISSUANCE" && amount === amountCentavos);
  await refundIssuance(sandbox, issuance?.id ?? "");
}
