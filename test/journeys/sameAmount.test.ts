import { afterAll, expect, test, vi } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree, type Travelled } from "./support/booksAgree.ts";
import { CLABES, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { eventsOfType, untilEvent } from "./support/untilEvent.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const api = apiOf(await system.startReactor(), system);
const { pool } = system.database;

const HELD_WITHIN_MS = 60_000;

/** Payments of the tests before, as they stand: the books have them too. */
const others: Travelled[] = [];

test("three payments of one amount, two of them on one CLABE, are each paid once to their own beneficiary", async () => {
  const wishes = { amount: "800.00", customer: "ana" };
  const payments = [
    await createPayment(api, { ...wishes, payoutClabe: CLABES.bbva, recipient: "Vendedora Uno" }),
    await createPayment(api, {
      ...wishes,
      payoutClabe: CLABES.banorte,
      recipient: "Vendedor Dos",
      allowSameAmount: true,
    }),
    await createPayment(api, {
      ...wishes,
      customer: "beto",
      payoutClabe: CLABES.hsbc,
      recipient: "Vendedora Tres",
    }),
  ];
  const clabes = payments.map(({ depositClabe }) => depositClabe);
  expect(clabes[0]).toBe(clabes[1]);
  expect(clabes[0]).not.toBe(clabes[2]);

  await Promise.all(payments.map((payment) => payDeposit(system.sandbox, payment)));
  await Promise.all(payments.map(({ id }) => untilStatus(api, id, "completed")));
  others.push(...payments.map((payment) => ({ ...payment, stage: "paid" as const })));
  await booksAgree(system, others);
});

test("a second payment of the same CLABE and amount is refused unless it is asked for", async () => {
  const wishes = { amount: "950.00", customer: "carla" };
  const first = await createPayment(api, wishes);
  await expect(createPayment(api, wishes)).rejects.toThrow(`El pago ${first.id} ya espera $950.00 en la misma CLABE`);
  others.push({ ...first, stage: "awaiting" });
});

test("one deposit that could be for two payments is given to neither and asked about; the second one settles both", async () => {
  const wishes = { amount: "1200.00", customer: "diana", custodyMs: 12_000 };
  const older = await createPayment(api, { ...wishes, payoutClabe: CLABES.bbva, recipient: "Vendedora Uno" });
  const newer = await createPayment(api, {
    ...wishes,
    payoutClabe: CLABES.banorte,
    recipient: "Vendedor Dos",
    allowSameAmount: true,
  });
  const both = [older, newer];

  await payDeposit(system.sandbox, older);
  const isAboutIt = ({ es }: { es: string }) => es.includes("$1,200.00");
  const asked = await untilEvent(pool, "deposito_por_asignar", HELD_WITHIN_MS, isAboutIt);
  expect(asked.es).toBe(
    `Depósito de $1,200.00 en la CLABE ••••${older.depositClabe.slice(-4)}: hay 2 pagos posibles, una persona decide`,
  );
  // However often the bank is read, and also when the issuance is COMPLETE: nobody guesses, and nobody asks twice.
  await until("the issuance complete", HELD_WITHIN_MS, async () => {
    await api.trigger("deposits");
    const { rows } = await pool.query("select 1 from kustodia.bank_transaction where id = $1 and status = 'COMPLETE'", [
      asked.data.issuanceId,
    ]);
    return rows[0];
  });
  for (const { id } of both) {
    const { status, legs, transaction_id, reference } = await api.payment(id);
    expect({ status, transaction_id, reference }).toEqual({ status: "pending", transaction_id: null, reference: null });
    expect(legs[0]).toMatchObject({ kind: "deposit", state: "awaiting", reason: "several_payments_match" });
  }
  expect((await eventsOfType(pool, "deposito_por_asignar")).filter(isAboutIt)).toEqual([asked]);
  expect(await unassigned()).toEqual([{ issuance_id: asked.data.issuanceId, why: "several_payments_match" }]);
  await booksAgree(system, [...others, ...both.map((payment) => ({ ...payment, stage: "awaiting" as const }))]);

  await payDeposit(system.sandbox, newer);
  await Promise.all(both.map(({ id }) => untilStatus(api, id, "completed")));
  expect(await unassigned()).toEqual([]);
  await booksAgree(system, [...others, { ...older, stage: "paid", waited: true }, { ...newer, stage: "paid" }]);
});

async function unassigned() {
  const { rows } = await pool.query("select issuance_id, why from kustodia.unassigned_deposit");
  return rows;
}
