import { afterAll, expect, test, vi } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree, type Travelled } from "./support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { eventsOfType } from "./support/untilEvent.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const api = apiOf(await system.startReactor(), system);
const { pool } = system.database;

const NOTICED_WITHIN_MS = 60_000;

/** Payments of the tests before, as they stand: the books have them too. */
const others: Travelled[] = [];
const finished = (some: readonly CreatedPayment[]) => some.map((payment) => ({ ...payment, stage: "paid" as const }));

test("a deposit funds its payment once, though it is seen as SPEI deposit, as issuance and by webhooks: twice, backwards, early", async () => {
  const kinds = [null, "webhook-twice", "webhook-out-of-order"] as const;
  const early = { kind: "webhook-before-reply", times: kinds.length } as const;
  await turnDial(system.sandbox, [
    { ...early, endpoint: "POST /mint_platform/v1/withdrawals" },
    { ...early, endpoint: "POST /mint_platform/v1/redemptions" },
  ]);
  const payments: CreatedPayment[] = [];
  for (const kind of kinds) {
    payments.push(await createPayment(api, { amount: "500.00", customer: `cliente ${kind ?? "usual"}` }));
  }
  for (const [index, kind] of kinds.entries()) {
    const payment = payments[index];
    if (payment === undefined) continue;
    if (kind !== null) await turnDial(system.sandbox, [{ kind, endpoint: "POST /sandbox/deposits" }]);
    await payDeposit(system.sandbox, payment);
  }
  await Promise.all(payments.map(({ id }) => untilStatus(api, id, "completed")));
  others.push(...finished(payments));
  await booksAgree(system, others);
  for (const { id } of payments) expect(await claimsOf(id)).toEqual(["issuance", "spei_deposit"]);

  // The dial did what this test is about.
  const [, twice, outOfOrder] = await Promise.all(
    payments.map(async ({ id }) => webhooksOf((await api.payment(id)).transaction_id)),
  );
  expect([...(twice ?? [])].sort()).toEqual([
    ...["COMPLETE", "COMPLETE"],
    ...["IN_PROGRESS", "IN_PROGRESS"],
    ...["PENDING", "PENDING"],
  ]);
  expect(outOfOrder).toEqual(["COMPLETE", "IN_PROGRESS", "PENDING"]);
});

test("a deposit of another amount, or on another customer's CLABE, funds nothing, is recorded, and stays at the bank", async () => {
  const careless = await createPayment(api, { amount: "700.00", customer: "careless" });
  const confused = await createPayment(api, { amount: "640.00", customer: "confused" });
  const bystander = await createPayment(api, { amount: "655.00", customer: "bystander" });
  await payDeposit(system.sandbox, { ...careless, amount: "700.01" });
  await payDeposit(system.sandbox, { ...confused, depositClabe: bystander.depositClabe });

  const both = () => eventsOfType(pool, "deposito_sin_pago");
  await until("two deposits without a payment", NOTICED_WITHIN_MS, async () =>
    (await both()).length === 2 ? true : undefined,
  );
  await untilIssued("70001");
  await untilIssued("64000");
  await api.trigger("deposits");
  const masked = ({ depositClabe }: CreatedPayment) => `••••${depositClabe.slice(-4)}`;
  expect((await both()).map(({ es }) => es).sort()).toEqual([
    `Depósito de $640.00 en la CLABE ${masked(bystander)} sin pago que lo espere`,
    `Depósito de $700.01 en la CLABE ${masked(careless)} sin pago que lo espere`,
  ]);
  const { rows } = await pool.query(
    "select why, clabe, amount_centavos::text as centavos from kustodia.unassigned_deposit order by amount_centavos",
  );
  expect(rows).toEqual([
    { why: "unmatched", clabe: bystander.depositClabe, centavos: "64000" },
    { why: "unmatched", clabe: careless.depositClabe, centavos: "70001" },
  ]);
  const awaiting = [careless, confused, bystander];
  for (const { id } of awaiting) {
    expect(await api.payment(id)).toMatchObject({ status: "pending", reference: null, transaction_id: null });
  }
  expect((await readBankBooks(system.sandbox)).totals.custody).toBe(64_000n + 70_001n);
  await booksAgree(system, [...others, ...awaiting.map((payment) => ({ ...payment, stage: "awaiting" as const }))]);

  // The right deposits still find their payments, and the wrong ones stay where they are.
  for (const payment of awaiting) await payDeposit(system.sandbox, payment);
  await Promise.all(awaiting.map(({ id }) => untilStatus(api, id, "completed")));
  others.push(...finished(awaiting));
  await booksAgree(system, others);
  expect((await readBankBooks(system.sandbox)).totals.custody).toBe(64_000n + 70_001n);
});

test("without any webhook and with the timers off, one run of the deposits process is enough: the legs ask by themselves", async () => {
  const before = await webhooks();
  await turnDial(system.sandbox, [{ kind: "webhook-never", endpoint: "*", times: 20 }]);
  const payment = await createPayment(api, { amount: "910.00", customer: "silencio" });
  await payDeposit(system.sandbox, payment);
  await api.trigger("deposits");
  await untilStatus(api, payment.id, "completed");
  expect(await webhooks()).toBe(before);
  await booksAgree(system, [...others, ...finished([payment])]);
});

/** What the payment's deposit has used up, by kind. */
async function claimsOf(paymentId: number): Promise<readonly string[]> {
  const { rows } = await pool.query<{ source: string }>(
    `select claim.source from kustodia.claim join kustodia.leg on leg.id = leg_id
     where payment_id = $1 and kind = 'deposit' order by claim.source`,
    [paymentId],
  );
  return rows.map(({ source }) => source);
}

/** The statuses that webhooks said of a bank transaction, as they came. */
async function webhooksOf(transactionId: string | null): Promise<readonly string[]> {
  const { rows } = await pool.query<{ status: string }>(
    `select body -> 'payload' ->> 'status' as status from kustodia.webhook_delivery
     where body -> 'payload' ->> 'id' = $1 order by id`,
    [transactionId],
  );
  return rows.map(({ status }) => status);
}

async function webhooks(): Promise<number> {
  const { rows } = await pool.query("select 1 from kustodia.webhook_delivery");
  return rows.length;
}

/** Waits until our own reading of the bank shows the issuance of this amount as COMPLETE. */
async function untilIssued(centavos: string): Promise<void> {
  await until(`an issuance of ${centavos} centavos`, NOTICED_WITHIN_MS, async () => {
    const { rows } = await pool.query(
      "select 1 from kustodia.bank_transaction where amount_base_units = $1::numeric * 10000 and status = 'COMPLETE'",
      [centavos],
    );
    return rows[0];
  });
}
