import { afterAll, expect, test, vi } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import type { Travelled } from "../../bin/audit/compareBooks.ts";
import { movementsOf } from "../../bin/audit/ledger.ts";
import { openSystem } from "../../bin/reconcile/openSystem.ts";
import { until } from "../../bin/stack/until.ts";
import { createClabe } from "../../reactor/juno/createClabe.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { CLABES, type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { receiptDifferences } from "./support/receiptDifferences.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const NOTICED_WITHIN_MS = 90_000;

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const { pool } = system.database;
const [ana] = system.persons;

/** Payments of the tests before, as they stand: the books have them too. */
const others: Travelled[] = [];

/** The deposit of this amount that belongs to nobody, once it is issued. */
const unassigned = (centavos: string) =>
  until(`an unassigned deposit of ${centavos} centavos`, NOTICED_WITHIN_MS, async () => {
    const { rows } = await pool.query<{ id: string }>(
      `select issuance_id as id from kustodia.unassigned_deposit join kustodia.bank_transaction on id = issuance_id
       where amount_centavos = $1 and status = 'COMPLETE'`,
      [centavos],
    );
    return rows[0]?.id;
  });

/** Two persons send it back. @returns the payment by which it goes. */
async function sendBack(issuanceId: string, account: { legal_name: string; clabe: string }): Promise<number> {
  const path = `/api/unassigned-deposits/${issuanceId}/return`;
  await byTwo(reactor, system, path, { reason: "dio su cuenta por correo", ...account });
  const { rows } = await pool.query<{ id: number }>(
    "select payment_id as id from kustodia.claim join kustodia.leg on leg.id = leg_id where claim.source = 'issuance' and outside_id = $1",
    [issuanceId],
  );
  return rows[0]?.id ?? 0;
}

const returned = (id: number, amountCentavos: bigint, payoutClabe: string, recipient: string): Travelled => ({
  ...{ id, amountCentavos, payoutClabe, recipient, stage: "issued", waited: true },
  parts: [{ source: "deposit", amountCentavos, payoutClabe, recipient, place: "returns" }],
});

/** Nobody waits a week: the payment's time is over now. */
async function expireNow(id: number): Promise<void> {
  await pool.query("update kustodia.payment set expires_at = now() where id = $1", [id]);
  await pool.query(
    "update kustodia.leg set deadline_at = now(), due_at = now() where payment_id = $1 and kind = 'deposit'",
    [id],
  );
  await untilStatus(api, id, "expired");
}

/** A CLABE of our account that somebody made at the bank by hand: no customer of ours has it. */
async function clabeOfNobody(): Promise<string> {
  const bank = await openSystem(system.environment, () => undefined);
  const made = await createClabe(bank.reconciler().juno).finally(() => bank.close());
  if (made.outcome !== "done") throw new Error(made.message);
  return made.value.clabe;
}

test("money that no payment waits for goes back to the account that two persons give: too low, too high, twice, in two parts, after cancellation, after its time, to a CLABE that is nobody's", async () => {
  const cancelled = await createPayment(api, { amount: "450.00", customer: "arrepentida" });
  await post(reactor, ana, `/api/payments/${cancelled.id}/cancel`, { reason: "lo pidió el cliente" });
  await payDeposit(system.sandbox, cancelled);
  const late = await createPayment(api, { amount: "470.00", customer: "tarde" });
  await expireNow(late.id);
  await payDeposit(system.sandbox, late);
  const nobodys = { depositClabe: await clabeOfNobody(), amount: "510.00" };
  await payDeposit(system.sandbox, nobodys);
  const twice = await createPayment(api, { amount: "800.00", customer: "dos veces" });
  await payDeposit(system.sandbox, twice);
  await untilStatus(api, twice.id, "completed");
  await payDeposit(system.sandbox, twice);
  const inParts = await createPayment(api, { amount: "900.00", customer: "en partes" });
  for (const amount of ["350.00", "550.00"]) await payDeposit(system.sandbox, { ...inParts, amount });
  for (const amount of ["899.99", "900.01"]) await payDeposit(system.sandbox, { ...inParts, amount });

  const sums = [45_000n, 47_000n, 51_000n, 80_000n, 35_000n, 55_000n, 89_999n, 90_001n];
  const returns: Travelled[] = [];
  for (const centavos of sums) {
    const account = { legal_name: `Compradora ${centavos}`, clabe: CLABES.banorte };
    const id = await sendBack(await unassigned(String(centavos)), account);
    returns.push(returned(id, centavos, account.clabe, account.legal_name));
  }
  for (const { id } of returns) {
    const view = await untilStatus(api, id, "refunded");
    expect(view.amount_due).toBe("0.00");
    expect(view.legs.map(({ kind, state }) => [kind, state])).toEqual([
      ["deposit", "issued"],
      ["payout", "paid"],
    ]);
  }
  expect((await api.payment(inParts.id)).status).toBe("pending");
  expect((await api.payment(late.id)).status).toBe("expired");
  others.push(...returns, finished(twice));
  for (const unpaid of [cancelled, late, inParts]) others.push({ ...unpaid, stage: "awaiting" });
  await booksAgree(system, others);
  expect((await readBankBooks(system.sandbox)).totals.custody).toBe(0n);
});

test("what is under the bank's minimum the bank itself gives back: there is nothing to send", async () => {
  const payment = await createPayment(api, { amount: "100.00", customer: "poco" });
  await payDeposit(system.sandbox, { ...payment, amount: "99.99" });
  await until("the bank's own refund", NOTICED_WITHIN_MS, async () => {
    const { orders } = await readBankBooks(system.sandbox);
    return orders.some(({ type, amount, status }) => type === "ISSUANCE" && amount === 9_999n && status === "FAILED")
      ? true
      : undefined;
  });
  await api.trigger("deposits");
  const { rows } = await pool.query("select 1 from kustodia.unassigned_deposit where amount_centavos = 9999");
  expect(rows).toEqual([]);
  expect((await api.payment(payment.id)).status).toBe("pending");
  others.push({ ...payment, stage: "awaiting" });
});

test("a SPEI that comes back after it was paid is known for what it was, and paid again to a corrected account only", async () => {
  const payment = await createPayment(api, { amount: "1234.00", customer: "devuelta" });
  await payDeposit(system.sandbox, payment);
  const { bank_references } = await untilStatus(api, payment.id, "completed");
  const back = await fetch(`${system.sandbox.url}/sandbox/return-payout`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redemption_id: bank_references.redemption_id }),
  });
  expect(back.status).toBe(200);
  const payout = await until("a payout that bounced", NOTICED_WITHIN_MS, async () => {
    await api.trigger("deposits");
    const { rows } = await pool.query<{ id: number }>(
      "select id from kustodia.leg where payment_id = $1 and state = 'bounced'",
      [payment.id],
    );
    return rows[0];
  });
  expect((await api.payment(payment.id)).amount_due).toBe("1234.00");
  await booksAgree(system, [...others, { ...payment, stage: "paid", cameBack: true }]);
  expect(await receiptDifferences(reactor, system, payment.id)).toEqual([]);

  const account = { leg_id: payout.id, legal_name: "Vendedora Nueva SA", clabe: CLABES.hsbc };
  await byTwo(reactor, system, `/api/payments/${payment.id}/account`, {
    reason: "la cuenta estaba cancelada",
    ...account,
  });
  await untilStatus(api, payment.id, "completed");
  const paid = (await readBankBooks(system.sandbox)).spei_out.filter(({ amount }) => amount === 123_400n);
  expect(paid.map(({ clabe, beneficiary }) => [clabe, beneficiary])).toEqual([
    [payment.payoutClabe, payment.recipient],
    [CLABES.hsbc, "Vendedora Nueva SA"],
  ]);
  const movements = await movementsOf(pool, payment.id);
  expect(movements.slice(-3).map(({ from, to, state }) => [from, to, state])).toEqual([
    ["juno", "beneficiary", "posted"],
    ["beneficiary", "juno", "posted"],
    ["juno", "beneficiary", "posted"],
  ]);
  expect((await readBankBooks(system.sandbox)).totals.custody).toBe(0n);
});

const finished = (payment: CreatedPayment): Travelled => ({ ...payment, stage: "paid" });
